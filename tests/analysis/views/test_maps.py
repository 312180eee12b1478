import math
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box

from analysis import geometry as packing
from analysis.errors import GroundworkError
from analysis.geometry import decode_geometry, prepare_geometry
from analysis.views import maps, static_files
from analysis.views.theme import palette

LIGHT, DARK = palette("light"), palette("dark")
HOSTILE = "<script>alert('x')</script>"
SVG = "{http://www.w3.org/2000/svg}"


def grid_of_nine(size=0.01, names=None):
    """3 x 3 squares; the middle has a hole, the last an island, a tenth no polygon."""
    shapes = [
        box(column * size, row * size, (column + 1) * size, (row + 1) * size)
        for row in range(3)
        for column in range(3)
    ]
    middle = shapes[4]
    shapes[4] = Polygon(
        middle.exterior, [middle.centroid.buffer(size / 5, quad_segs=2).exterior.coords]
    )
    shapes[8] = shapely.MultiPolygon([shapes[8], box(3.5 * size, 0, 3.8 * size, 0.3 * size)])
    ids = [f"d{place}" for place in range(9)]
    return gpd.GeoDataFrame(
        {
            "level": "district",
            "area_id": [*ids, "d9"],
            "name": [*(names or [f"District {place}" for place in range(9)]), "Nowhere"],
            "parent_id": "town",
        },
        geometry=[*shapes, None],
        crs=4326,
    )


@pytest.fixture(scope="module")
def geometry():
    return prepare_geometry(grid_of_nine())


@pytest.fixture
def files(tmp_path):
    return static_files.write_static(tmp_path / "static")


def five_classes(geometry, shown=LIGHT, **more):
    """Classes 0 to 4, one of each status, one provisional, one less sure."""
    ids = list(geometry.ids)
    classes = pd.Series([0, 1, 2, 3, 4, 0, 1, 2, np.nan], index=ids, dtype=float)
    status = pd.Series("observed", index=ids)
    status.iloc[5:8] = ["suppressed", "not_assessed", "not_applicable"]
    status.iloc[0] = "provisional"
    return maps.area_classes(
        geometry,
        classes,
        palette=shown,
        fills=shown.ramp("risk", 5),
        words=["under 10", "10–20", "20–30", "30–40", "40 and more"],
        status=status.drop(ids[8]),
        less_sure={ids[1]},
        **more,
    )


# geometry


def test_geometry_survives_being_written_and_read(geometry):
    read = decode_geometry(geometry.encoded)
    for name in ("points", "sizes", "counts", "labels"):
        assert np.array_equal(getattr(read, name), getattr(geometry, name)), name
    assert (read.ids, read.names, read.left_out) == (
        geometry.ids,
        geometry.names,
        geometry.left_out,
    )
    assert (read.grid, read.origin, read.digest) == (
        geometry.grid,
        geometry.origin,
        geometry.digest,
    )


def test_steps_of_any_size_survive_as_varints():
    numbers = np.array([0, 1, 127, 128, 16383, 16384, 2**21, 2**28, 2**34], dtype=np.int64)
    assert np.array_equal(packing._from_varints(packing._to_varints(numbers)), numbers)


def test_holes_and_islands_keep_their_area(geometry):
    areas = grid_of_nine().iloc[:9].to_crs(3857).geometry
    for place, (rings, shape) in enumerate(zip(geometry.rings(), areas, strict=False)):
        drawn = [shapely.Polygon(ring * geometry.grid) for ring in rings]
        turn = [1 if shapely.is_ccw(ring.exterior) else -1 for ring in drawn]
        area = sum(sign * ring.area for sign, ring in zip(turn, drawn, strict=True))
        assert area == pytest.approx(shape.area, rel=0.02), place
    assert list(geometry.counts[[4, 8]]) == [2, 2]


def test_area_without_polygon_is_listed_and_left_out(geometry):
    assert geometry.left_out == (("d9", "Nowhere"),)
    assert "d9" not in geometry.ids


def test_label_lies_inside_its_own_area_also_around_a_hole(geometry):
    for place, rings in enumerate(geometry.rings()[:9]):
        east, north, width = geometry.labels[place]
        assert width > 0
        assert maps._within([ring.astype(float) for ring in rings], east, north), place


def test_bounds_are_degrees_south_west_and_north_east(geometry):
    south_west, north_east = geometry.bounds
    assert south_west == pytest.approx((0, 0), abs=1e-4)
    assert north_east == pytest.approx((0.03, 0.038), abs=1e-4)


def test_same_areas_give_the_same_bytes():
    one, other = (prepare_geometry(grid_of_nine()) for _ in range(2))
    assert one.encoded == other.encoded


def test_another_name_gives_another_file():
    other = prepare_geometry(grid_of_nine(names=[f"Other {place}" for place in range(9)]))
    assert other.file_name != prepare_geometry(grid_of_nine()).file_name


def test_prepared_areas_are_left_unchanged():
    areas = grid_of_nine()
    before = areas.copy()
    prepare_geometry(areas)
    assert areas.equals(before)


def test_outlines_of_the_level_above_follow_the_areas():
    areas = grid_of_nine().iloc[:8]
    halves = gpd.GeoDataFrame(
        geometry=[box(0, 0, 0.0101, 0.03), box(0.0101, 0, 0.03, 0.03)], crs=4326
    )
    geometry = prepare_geometry(areas, outlines=halves)
    lines = geometry.rings()[-1]
    assert len(lines) > 0
    corners = {tuple(point) for ring in geometry.rings()[:8] for one in ring for point in one}
    assert {tuple(point) for line in lines for point in line} <= corners


def test_overlapping_areas_are_simplified_one_by_one():
    areas = grid_of_nine().iloc[:8]
    areas = areas.set_geometry(areas.geometry.to_crs(3857).buffer(200).to_crs(4326))
    assert len(prepare_geometry(areas).ids) == 8


def test_areas_without_crs_are_refused():
    with pytest.raises(GroundworkError, match=r"no CRS; state it in boundaries\.toml"):
        prepare_geometry(grid_of_nine().set_crs(None, allow_override=True))


def test_level_without_any_polygon_is_refused():
    with pytest.raises(GroundworkError, match="no area of this level has a polygon"):
        prepare_geometry(grid_of_nine().iloc[9:])


def test_bytes_of_something_else_are_refused():
    with pytest.raises(GroundworkError, match="unknown bytes; build the territory again"):
        decode_geometry(b"PNG and more")


# result


def test_each_area_has_one_code_in_the_order_of_the_geometry(geometry):
    assert five_classes(geometry).codes == "aÁCDE*/+-"


def test_suppressed_area_loses_class_and_figure(geometry):
    classes = five_classes(geometry, figures={"d5": "3", "d2": "25 %"})
    assert classes.codes[5] == "*"
    assert classes.figures == ((2, "25 %"),)


def test_area_with_status_but_no_class_is_not_assessed(geometry):
    classes = maps.area_classes(
        geometry,
        pd.Series(dtype=float),
        palette=LIGHT,
        fills=["#000000"],
        words=["all"],
        status=pd.Series({"d0": "observed"}),
    )
    assert classes.codes == "/--------"


def test_unknown_status_names_area_and_the_known_ones(geometry):
    with pytest.raises(ValueError, match="unknown status 'odd' of area 'd0'; statuses: "):
        maps.area_classes(
            geometry,
            pd.Series({"d0": 0.0}),
            palette=LIGHT,
            fills=["#000000"],
            words=["all"],
            status=pd.Series({"d0": "odd"}),
        )


def test_class_beyond_the_fills_is_refused(geometry):
    with pytest.raises(ValueError, match="class 3 of area 'd0'; there are 1 classes from 0"):
        maps.area_classes(
            geometry, pd.Series({"d0": 3.0}), palette=LIGHT, fills=["#000000"], words=["all"]
        )


def test_fills_and_words_must_match(geometry):
    with pytest.raises(ValueError, match="1 fills and 2 words"):
        maps.area_classes(
            geometry, pd.Series(dtype=float), palette=LIGHT, fills=["#000000"], words=["a", "b"]
        )


def test_area_of_a_circle_is_proportional_to_its_count(geometry):
    counts = pd.Series({"d0": 100.0, "d1": 25.0, "d2": 0.0, "d3": 50.0})
    classes = maps.area_circles(
        geometry,
        counts,
        palette=LIGHT,
        colour=LIGHT.ramp("risk", 5)[3],
        words=lambda count: f"{count:.0f} incidents",
        status=pd.Series({"d3": "suppressed"}),
    )
    radii = classes.circles.radii
    assert radii[0] == pytest.approx(2 * radii[1], abs=0.1)
    assert radii[2:] == (0,) * 7
    assert classes.codes == "AAA*-----"
    assert [words for _, words in classes.circles.references] == [
        "100 incidents",
        "20 incidents",
        "10 incidents",
    ]


def test_no_count_at_all_draws_no_circle(geometry):
    classes = maps.area_circles(
        geometry, pd.Series(dtype=float), palette=LIGHT, colour="#000000", words=str
    )
    assert set(classes.circles.radii) == {0.0}
    assert classes.circles.references == ()


# legend


@pytest.mark.parametrize("shown", [LIGHT, DARK])
def test_legend_explains_every_class_and_every_status_that_occurs(geometry, shown):
    legend = maps.legend(five_classes(geometry, shown))
    statuses = (
        "provisional",
        "less_sure",
        "suppressed",
        "missing",
        "not_assessed",
        "not_applicable",
    )
    expected = [shown.status(status).words for status in statuses]
    assert [entry.words for entry in legend.statuses] == expected
    for drawn in (maps.legend_html(legend), maps.legend_svg(legend)):
        for words in ("under 10", "40 and more", *expected):
            assert words.split()[-1] in drawn


def test_legend_leaves_out_statuses_that_do_not_occur(geometry):
    plain = maps.area_classes(
        geometry,
        pd.Series(0.0, index=list(geometry.ids)),
        palette=LIGHT,
        fills=["#000000"],
        words=["all"],
    )
    assert maps.legend(plain).statuses == ()


def test_legend_of_steps_has_none_where_no_area_has_a_value(geometry):
    nothing = maps.area_classes(
        geometry,
        pd.Series(float("nan"), index=list(geometry.ids)),
        status=pd.Series("missing", index=list(geometry.ids)),
        palette=LIGHT,
        fills=["#000000"],
        words=["all"],
    )
    assert maps.legend(nothing).steps == ()
    assert [entry.words for entry in maps.legend(nothing).statuses] == ["no figure"]


def test_legend_speaks_the_words_it_is_given(geometry):
    legend = maps.legend(five_classes(geometry), status_words={"missing": "keine Angabe"})
    assert "keine Angabe" in maps.legend_html(legend)
    assert "no figure" not in maps.legend_html(legend)


def bivariate(geometry):
    levels = ("low", "middling", "high")
    return maps.area_classes(
        geometry,
        pd.Series(range(9), index=list(geometry.ids), dtype=float),
        palette=LIGHT,
        fills=[colour for row in LIGHT.bivariate() for colour in row],
        words=[f"{risk}R {held}P" for risk in levels for held in levels],
        layout="bivariate",
    )


def test_bivariate_legend_has_words_in_all_nine_cells(geometry):
    legend = maps.legend(bivariate(geometry), axes=("risk", "protection"))
    for drawn in (maps.legend_html(legend), maps.legend_svg(legend)):
        for risk in ("low", "middling", "high"):
            for held in ("low", "middling", "high"):
                assert f"{risk}R {held}P" in drawn
        assert "risk" in drawn
        assert "protection" in drawn


def test_bivariate_map_of_other_than_nine_classes_is_refused(geometry):
    with pytest.raises(ValueError, match="a bivariate map has 1 classes; it needs 9"):
        maps.area_classes(
            geometry,
            pd.Series(dtype=float),
            palette=LIGHT,
            fills=["#000000"],
            words=["all"],
            layout="bivariate",
        )


def test_circle_legend_shows_its_references(geometry):
    classes = maps.area_circles(
        geometry,
        pd.Series({"d0": 100.0, "d1": 9.0}),
        palette=LIGHT,
        colour="#000000",
        words=lambda count: f"{count:.0f} calls",
    )
    legend = maps.legend(classes)
    for drawn in (maps.legend_html(legend), maps.legend_svg(legend)):
        assert "100 calls" in drawn
        assert "10 calls" in drawn


def test_legend_escapes_its_words(geometry):
    classes = maps.area_classes(
        geometry, pd.Series({"d0": 0.0}), palette=LIGHT, fills=["#000000"], words=[HOSTILE]
    )
    legend = maps.legend(classes, status_words={"missing": HOSTILE})
    assert "<script" not in maps.legend_html(legend) + maps.legend_svg(legend)


# in the page


def script_of(drawn):
    from streamlit_folium import generate_leaflet_string

    drawn.get_root().render()
    return generate_leaflet_string(drawn)


def layer_script(layer, drawn):
    layer.add_to(drawn)
    drawn.get_root().render()
    return layer._template.module.script(layer)


def base(geometry, files, **more):
    return maps.base_map(geometry, files=files, name="Map of districts", **more)


def test_map_refers_to_no_other_host(geometry, files):
    drawn = base(geometry, files)
    page = drawn.get_root().render()
    assert not re.search(r"(https?:)?//(?!www\.w3\.org)[a-z]", page)
    assert geometry.file_name in page


def test_tile_server_is_asked_only_when_it_is_set(geometry, files):
    url = "https://tiles.example.org/{z}/{x}/{y}.png"
    drawn = base(geometry, files, tile_url=url, attribution="<b>Office</b>")
    script = script_of(drawn)
    assert "tiles.example.org" in script
    assert "<b>" not in script
    assert "tiles.example.org" not in script_of(base(geometry, files))


def test_frame_is_the_same_for_one_geometry_and_another_for_another(geometry, files):
    from streamlit_folium import generate_js_hash

    other = prepare_geometry(grid_of_nine(size=0.02))
    keys = [
        generate_js_hash(script_of(base(drawn, files)), "map")
        for drawn in (geometry, geometry, other)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_class_layer_holds_codes_but_no_geometry_no_ids_and_no_names(geometry, files):
    classes = five_classes(geometry, tooltips={"d0": "12.3 %"})
    layer = maps.class_layer(geometry, classes, alt="Nine districts", selected="d2")
    script = layer_script(layer, base(geometry, files))
    assert "12.3 %" in script
    assert "Nine districts" in script
    assert "District 1" not in script
    assert "d1" not in re.sub(r"[0-9a-f]{16}", "", script)
    assert len(script) < 4000


def test_hostile_words_cannot_leave_the_script(files):
    geometry = prepare_geometry(grid_of_nine(names=[HOSTILE] * 9))
    classes = five_classes(geometry, tooltips={"d0": HOSTILE + "{{ 'x' }} _abc"})
    drawn = base(geometry, files, words={"zoom_in": HOSTILE})
    script = layer_script(maps.class_layer(geometry, classes, alt=HOSTILE), drawn)
    for text in (script, script_of(base(geometry, files, words={"zoom_in": HOSTILE}))):
        assert "<script>alert" not in text
        assert "</" not in text
        assert "{{" not in text


def test_page_layer_never_turns_words_into_markup():
    script = Path(maps.__file__).with_name("areas_layer.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_chosen_area_without_polygon_is_not_drawn(geometry, files):
    layer = maps.class_layer(geometry, five_classes(geometry), alt="", selected="d9")
    assert '\\"selected\\":null' in layer_script(layer, base(geometry, files))


# as a file


def draw(geometry, classes, **more):
    return maps.svg_map(
        geometry,
        classes,
        title="Evenings feel unsafe",
        subline="% of adults · 2024",
        source="Source: panel 2024",
        legend=maps.legend(classes),
        **more,
    )


@pytest.mark.parametrize("shown", [LIGHT, DARK])
def test_picture_is_well_formed_and_holds_title_legend_and_source(geometry, shown):
    root = ElementTree.fromstring(draw(geometry, five_classes(geometry, shown)))
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for expected in ("Evenings feel unsafe", "% of adults", "Source: panel", "District 2"):
        assert expected in words
    assert root.get("role") == "img"


def test_picture_draws_each_area_once_in_the_colour_of_its_class(geometry):
    classes = five_classes(geometry)
    root = ElementTree.fromstring(draw(geometry, classes))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("fill-rule") == "evenodd"]
    assert sum(len(group.findall(f"{SVG}path")) for group in groups) == 9
    fills = {group.get("fill") for group in groups}
    assert LIGHT.ramp("risk", 5)[2] in fills
    assert LIGHT.provisional(LIGHT.ramp("risk", 5)[0]) in fills
    assert "none" in fills
    assert len(list(root.iter(f"{SVG}pattern"))) == 8


def test_same_result_gives_the_same_picture(geometry):
    assert draw(geometry, five_classes(geometry)) == draw(geometry, five_classes(geometry))


def test_picture_escapes_every_word():
    geometry = prepare_geometry(grid_of_nine(names=[HOSTILE] * 9))
    classes = five_classes(geometry, figures={"d2": HOSTILE})
    drawn = maps.svg_map(
        geometry,
        classes,
        title=HOSTILE,
        subline=HOSTILE,
        source=HOSTILE,
        alt=HOSTILE,
        legend=maps.legend(classes),
        width=2000,
    )
    assert "<script" not in drawn
    ElementTree.fromstring(drawn)


def test_picture_refers_to_nothing_outside_itself(geometry):
    drawn = draw(geometry, five_classes(geometry))
    assert re.findall(r"https?://[^\"' ]+", drawn) == ["http://www.w3.org/2000/svg"]
    ids = set(re.findall(r'id="([^"]+)"', drawn))
    assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= ids


def test_chosen_area_is_outlined_in_ink(geometry):
    assert f'stroke="{LIGHT.ink}"' in draw(geometry, five_classes(geometry), selected="d2")
    assert f'stroke="{LIGHT.ink}"' not in draw(geometry, five_classes(geometry), selected="d9")


def test_figure_stands_below_its_name(geometry):
    root = ElementTree.fromstring(draw(geometry, five_classes(geometry, figures={"d2": "42 %"})))
    place = {text.text: float(text.get("y")) for text in root.iter(f"{SVG}text")}
    assert place["42 %"] > place["District 2"]


def test_picture_of_counts_has_a_circle_per_count(geometry):
    classes = maps.area_circles(
        geometry,
        pd.Series({"d0": 100.0, "d1": 9.0, "d2": 0.0}),
        palette=DARK,
        colour=DARK.ramp("risk", 5)[3],
        words=lambda count: f"{count:.0f} calls",
        status=pd.Series({"d1": "provisional"}),
    )
    root = ElementTree.fromstring(draw(geometry, classes))
    dashed = [circle.get("stroke-dasharray") for circle in root.iter(f"{SVG}circle")]
    assert len(dashed) == 2 + len(classes.circles.references)
    assert dashed.count("3 2") == 1


def test_long_name_is_broken_where_its_halves_are_most_alike():
    assert maps._halved("Kingston upon Thames") == ["Kingston", "upon Thames"]
    assert maps._halved("Staalwick") == []


# static files


def test_static_files_are_named_by_content_and_written_once(tmp_path, geometry):
    first = static_files.write_static(tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert static_files.write_static(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == written
    assert sorted(path.suffix for path in written) == [".css", ".js", ".js"]
    for url in (first.leaflet_js, first.leaflet_css, first.layer_js):
        assert (tmp_path / url.removeprefix(static_files.FROM_FRAME)).is_file()


def test_geometry_lies_where_the_map_asks_for_it(tmp_path, geometry):
    path = static_files.write_geometry(tmp_path, geometry)
    url = static_files.write_static(tmp_path).geometry_url(geometry)
    assert path == tmp_path / url.removeprefix(static_files.FROM_FRAME)
    assert decode_geometry(path.read_bytes()).ids == geometry.ids


def test_half_written_file_is_replaced(tmp_path, geometry):
    path = static_files.write_geometry(tmp_path, geometry)
    path.write_bytes(b"half")
    static_files.write_geometry(tmp_path, geometry)
    assert path.read_bytes() == geometry.encoded
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_bare_map_has_no_word_and_says_where_each_area_lies(geometry):
    shown = five_classes(geometry)
    bare = maps.bare_map(geometry, shown)
    assert "<text" not in bare.svg
    assert any(fill in bare.svg for fill in shown.fills)
    assert list(bare.places) == list(geometry.ids)
    assert all(0 < x < 1 and 0 < y < 1 for x, y in bare.places.values())
    low, high = geometry.points.min(axis=0), geometry.points.max(axis=0)
    east, north = high - low
    assert bare.ratio == pytest.approx(east / north, rel=0.02)
    for one, label in zip(geometry.ids, geometry.labels, strict=True):
        x, y = bare.places[one]
        assert x == pytest.approx((label[0] - low[0]) / east, abs=0.01)
        assert y == pytest.approx((high[1] - label[1]) / north, abs=0.01)


# places on top


def test_signs_that_would_cover_each_other_step_aside_and_others_stay():
    same = [(50.0, 50.0)] * 6 + [(200.0, 50.0)]
    found = maps.apart(same)
    assert found[0] == (50.0, 50.0)
    assert found[-1] == (200.0, 50.0)
    for here in range(len(found)):
        for there in range(here):
            assert math.dist(found[here], found[there]) >= 15 - 1e-9
    assert max(math.dist(one, (50, 50)) for one in found[:6]) <= 29 + 1e-9


def test_where_there_is_no_room_left_a_sign_stays_where_it_is():
    crowd = maps.apart([(0.0, 0.0)] * 60)
    assert crowd[-1] == (0.0, 0.0)
    assert len(crowd) == 60


def test_a_name_makes_way_for_a_place_and_no_sign_covers_another_in_the_picture(geometry):
    classes = five_classes(geometry)
    names = {text.text: text for text in texts_of(draw(geometry, classes))}
    before = float(names["District 0"].get("y"))
    middle = maps.Point(0.005, 0.005, "L", "Library", "library")
    root = ElementTree.fromstring(draw(geometry, classes, points=[middle, middle]))
    signs = [
        (float(one.get("cx")), float(one.get("cy")))
        for one in root.iter(f"{SVG}circle")
        if one.get("r") == "7"
    ]
    assert math.dist(*signs) >= 15 - 0.2
    after = next(one for one in root.iter(f"{SVG}text") if one.text == "District 0")
    assert float(after.get("y")) != before
    assert all(abs(float(after.get("y")) - 3.5 - y) > 7 for _x, y in signs)


def texts_of(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))
