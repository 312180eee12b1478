import itertools

import numpy as np
import pytest

from analysis.views.theme import (
    COMPARISONS,
    contrast,
    luminance,
    mix,
    palette,
    symbols,
)
from analysis.views.years import CLASSES, COLUMNS, ROWS
from tests.analysis.views.eyes import EYES, difference, seen

MODES = ("light", "dark")
FACTORS = ("risk", "protective", "context")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("classes", range(1, 8))
def test_ramp_has_as_many_distinct_colours_as_classes(mode, factor, classes):
    ramp = palette(mode).ramp(factor, classes)
    assert len(set(ramp)) == classes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("classes", range(2, 8))
def test_more_is_darker_in_light_and_lighter_in_dark(mode, factor, classes):
    lights = [luminance(colour) for colour in palette(mode).ramp(factor, classes)]
    assert lights == sorted(lights, reverse=mode == "light")


def test_ramp_of_an_unknown_factor_names_the_known_ones():
    with pytest.raises(ValueError, match=r"no ramp for factor 'danger'; factors: 'risk', "):
        palette("light").ramp("danger", 5)


def test_ramp_of_eight_classes_is_refused():
    with pytest.raises(ValueError, match="a ramp of 8 classes is not drawn; between 1 and 7 are"):
        palette("light").ramp("risk", 8)


@pytest.mark.parametrize("classes", range(1, 8))
def test_change_has_no_change_in_the_middle_only_of_odd_numbers(classes):
    colours = palette("light").change(classes)
    assert len(set(colours)) == classes
    assert (palette("light").change(1)[0] in colours) == bool(classes % 2)


def test_change_of_no_class_is_refused():
    with pytest.raises(ValueError, match="a change of 0 classes is not drawn"):
        palette("dark").change(0)


@pytest.mark.parametrize("mode", MODES)
def test_comparison_and_bivariate_colours_are_all_different(mode):
    chosen = palette(mode)
    assert tuple(chosen.comparison()) == COMPARISONS
    assert len(set(chosen.comparison().values())) == 5
    assert len(set(itertools.chain(*chosen.bivariate()))) == 9


@pytest.mark.parametrize("mode", MODES)
def test_label_contrasts_at_least_as_much_as_its_opposite_on_every_fill(mode):
    chosen = palette(mode)
    fills = [colour for factor in FACTORS for colour in chosen.ramp(factor, 7)]
    fills += [*chosen.comparison().values(), *chosen.change(7)]
    fills += itertools.chain(*chosen.bivariate())
    for fill in fills:
        label = chosen.label_on(fill)
        assert contrast(label, fill) >= max(contrast("#101418", fill), contrast("#FFFFFF", fill))
        assert contrast(label, fill) >= 4.3, fill


@pytest.mark.parametrize("mode", MODES)
def test_label_on_an_empty_area_stands_on_the_ground(mode):
    chosen = palette(mode)
    assert chosen.label_on(None) == chosen.label_on(chosen.background)


@pytest.mark.parametrize("mode", MODES)
def test_statuses_are_told_apart_without_colour(mode):
    statuses = ("suppressed", "missing", "not_assessed", "not_applicable")
    styles = [palette(mode).status(status) for status in statuses]
    assert len({(style.pattern, style.fill is None) for style in styles}) == 4
    assert palette(mode).status("provisional").dashed
    assert palette(mode).status("less_sure").pattern == "stripes"
    assert all(style.words for style in styles)


def test_unknown_status_names_the_known_ones():
    with pytest.raises(ValueError, match=r"no style for status 'lost'; statuses: 'suppressed'"):
        palette("light").status("lost")


def test_unknown_mode_names_the_known_ones():
    with pytest.raises(ValueError, match="no palette for mode 'sepia'; modes: 'light', 'dark'"):
        palette("sepia")  # type: ignore[arg-type]


def test_mixing_at_full_share_leaves_the_colour():
    assert mix("#2E3A66", "#FFFFFF", 1) == "#2E3A66"
    assert mix("#2E3A66", "#FFFFFF", 0) == "#FFFFFF"


def test_palettes_of_one_mode_are_equal_and_hashable():
    assert palette("light") == palette("light")
    assert len({palette("light"), palette("dark")}) == 2


def test_each_comparison_class_has_a_symbol():
    assert set(symbols()["comparison"]) == set(COMPARISONS)


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_difference_of_colours_is_that_of_sharma_wu_and_dalal(one, other, published):
    measured = difference(np.array(one), np.array(other))
    assert measured == pytest.approx(published, abs=5e-5)
    assert difference(np.array(other), np.array(one)) == pytest.approx(measured)


@pytest.mark.parametrize("eyes", EYES)
def test_all_eyes_see_grey_as_the_same_grey(eyes):
    assert difference(seen("#7F7F7F", eyes), seen("#7F7F7F", "normal")) < 0.1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eyes", EYES)
def test_any_two_classes_of_a_comparison_look_different(mode, eyes):
    colours = [seen(one, eyes) for one in palette(mode).comparison().values()]
    assert min(difference(*pair) for pair in itertools.combinations(colours, 2)) > 9


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eyes", EYES)
def test_neighbouring_classes_of_level_and_trend_look_different(mode, eyes):
    colours = palette(mode).level_trend()
    table = [[seen(colours[f"{row}, {column}"], eyes) for column in COLUMNS] for row in ROWS]
    pairs = [pair for row in table for pair in itertools.pairwise(row)]
    pairs += [pair for column in zip(*table, strict=True) for pair in itertools.pairwise(column)]
    assert len(pairs) == 17
    assert min(difference(*pair) for pair in pairs) > 6


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eyes", [one for one in EYES if one != "grey"])
def test_what_worsens_never_looks_like_what_improves(mode, eyes):
    colours = palette(mode).level_trend()
    ends = [
        [seen(colours[f"{row}, {column}"], eyes) for row in ROWS]
        for column in ("worsening", "improving")
    ]
    assert min(difference(*pair) for pair in itertools.product(*ends)) > 4.5


@pytest.mark.parametrize("mode", MODES)
def test_every_class_of_level_and_trend_has_a_colour_and_a_label_that_can_be_read(mode):
    colours = palette(mode).level_trend()
    assert set(colours) == set(CLASSES)
    assert len(set(colours.values())) == 12
    for fill in colours.values():
        assert contrast(palette(mode).label_on(fill), fill) >= 4.3, fill
