"""Colours, patterns and the words that go with them: one meaning everywhere.

What no other module knows: ``palette.json``. Charts, maps, reports and pages
ask here for a colour by what it *means*, in light or dark, and never write
one down themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

Mode = Literal["light", "dark"]
Pattern = Literal["", "hatch", "dots", "stripes", "lines"]

TYPEFACE = (
    "'Source Sans 3', 'Source Sans Pro', 'Source Sans', 'Segoe UI', 'Helvetica Neue', Arial, "
    "sans-serif"
)
"""The one typeface, and what stands in where it is not installed."""

COMPARISONS = ("clearly_better", "better", "similar", "worse", "clearly_worse")
"""Classes of a comparison with a benchmark, best first."""

_FAMILIES = {"risk": "risk", "protective": "protection", "context": "context"}
_PATTERNS: dict[str | None, Pattern] = {
    ".": "dots",
    "/": "hatch",
    "-": "stripes",
    "|": "lines",
    None: "",
}
_PROVISIONAL_SHARE = 0.55
_LESS_SURE_SHARE = 0.62


@dataclass(frozen=True)
class StatusStyle:
    """How an area or a bar without a plain class colour is drawn.

    Parameters
    ----------
    fill
        Ground of the shape; None leaves it empty. For *provisional* and *less
        sure* it follows from the class colour: :meth:`Palette.provisional`,
        :meth:`Palette.less_sure`.
    pattern, pattern_colour
        What is drawn over the ground: ``hatch`` (diagonal), ``dots``,
        ``stripes`` (level, broad), ``lines`` (upright, thin) or nothing.
    outline
        Colour of the edge.
    dashed
        Whether the edge is dashed.
    words
        What the legend says, in English; pages pass their own language.
    """

    fill: str | None
    pattern: Pattern
    pattern_colour: str | None
    outline: str
    dashed: bool
    words: str


@dataclass(frozen=True)
class Palette:
    """All colours of one mode. Two palettes of one mode are equal."""

    mode: Mode
    background: str
    panel: str
    ink: str
    ink_secondary: str
    ink_faint: str
    rule: str
    border: str
    accent: str
    accent_text: str
    _meanings: Mapping[str, Any] = field(compare=False, repr=False)

    def ramp(self, factor: str, classes: int) -> tuple[str, ...]:
        """Return the colours of a magnitude, from little to much.

        Parameters
        ----------
        factor
            ``risk``, ``protective`` or ``context``.
        classes
            How many, 1 to 7.

        Returns
        -------
        tuple of str
            Hexadecimal colours. In light, much is darker; in dark, much is
            lighter.

        Raises
        ------
        ValueError
            For another factor or another number.

        Notes
        -----
        Five and seven are drawn by hand and checked for colour-blind eyes.
        Three and two are taken from the five; four and six from the seven, six
        by mixing neighbours, which lie so close that the mix needs no other
        colour space.

        Examples
        --------
        >>> palette("light").ramp("risk", 3)
        ('#FFECC7', '#CC8325', '#65361B')
        >>> len(palette("dark").ramp("protective", 6))
        6
        """
        if factor not in _FAMILIES:
            raise ValueError(
                f"no ramp for factor {factor!r}; factors: {', '.join(map(repr, _FAMILIES))}"
            )
        ramps = self._meanings[_FAMILIES[factor]]
        if classes in (5, 7):
            return tuple(ramps[str(classes)])
        places = {1: (2,), 2: (1, 3), 3: (0, 2, 4)}
        if classes in places:
            return tuple(ramps["5"][place] for place in places[classes])
        if classes in (4, 6):
            return tuple(_at(ramps["7"], step * 6 / (classes - 1)) for step in range(classes))
        raise ValueError(f"a ramp of {classes} classes is not drawn; between 1 and 7 are")

    def comparison(self) -> Mapping[str, str]:
        """Return the colour of each of :data:`COMPARISONS`.

        >>> palette("light").comparison()["similar"]
        '#E2E6E9'
        """
        colours = self._meanings["comparison"]
        return MappingProxyType({name: colours[name] for name in COMPARISONS})

    def level_trend(self) -> Mapping[str, str]:
        """Return the colour of each class of level and trend, such as ``worse, improving``.

        The level gives the hue; what worsens is stronger than what stays, what improves is
        paler. Words or an arrow always stand beside it.

        >>> palette("light").level_trend()["worse, no significant change"]
        '#C18BB0'
        """
        return MappingProxyType(self._meanings["level_trend"])

    def change(self, classes: int) -> tuple[str, ...]:
        """Return diverging colours from much better to much worse.

        Parameters
        ----------
        classes
            How many, 1 to 7. An odd number has *no change* in the middle, an
            even one leaves it out.

        Raises
        ------
        ValueError
            For another number.

        Examples
        --------
        >>> palette("light").change(3)
        ('#559CD0', '#ECEBE8', '#AA6597')
        """
        places: dict[int, tuple[float, ...]] = {
            1: (3,),
            2: (1, 5),
            3: (1, 3, 5),
            4: (0, 2, 4, 6),
            5: (0, 1.5, 3, 4.5, 6),
            6: (0, 1, 2, 4, 5, 6),
            7: (0, 1, 2, 3, 4, 5, 6),
        }
        if classes not in places:
            raise ValueError(f"a change of {classes} classes is not drawn; between 1 and 7 are")
        colours = list(self._meanings["change"].values())
        return tuple(_at(colours, place) for place in places[classes])

    def bivariate(self) -> tuple[tuple[str, str, str], ...]:
        """Return risk x protection: rows risk low to high, columns protection low to high.

        >>> palette("light").bivariate()[2][0]
        '#C67A2B'
        """
        return tuple(tuple(row) for row in self._meanings["bivariate"]["rows"])

    def form(self, form: str) -> str:
        """Return the colour of a form of extremism; *general* is drawn as *mixed*."""
        return str(self._meanings["forms"]["mixed" if form == "general" else form])

    def sectors(self) -> Mapping[str, str]:
        """Return the colour of each sector of the network."""
        return MappingProxyType(self._meanings["sectors"])

    def ties(self) -> Mapping[str, Mapping[str, Any]]:
        """Return colour, dash and widths of each kind of tie."""
        return MappingProxyType(self._meanings["ties"])

    def status(self, status: str) -> StatusStyle:
        """Return how a status is drawn and what it is called.

        Parameters
        ----------
        status
            ``suppressed``, ``missing``, ``not_assessed``, ``not_applicable``,
            ``provisional`` or ``less_sure``.

        Raises
        ------
        ValueError
            For another status.

        Examples
        --------
        >>> palette("light").status("suppressed").words
        'hidden to protect people'
        >>> palette("dark").status("missing").fill is None
        True
        """
        styles = self._meanings["status"]
        if status == "not_applicable":
            return StatusStyle(
                self.panel, "lines", self.rule, self.border, False, "does not apply here"
            )
        if status not in styles:
            known = ", ".join(map(repr, [*styles, "not_applicable"]))
            raise ValueError(f"no style for status {status!r}; statuses: {known}")
        style = styles[status]
        follows = status in ("provisional", "less_sure")
        return StatusStyle(
            fill=None if follows else style["fill"],
            pattern=_PATTERNS[style.get("pattern")],
            pattern_colour=style.get("pattern_color"),
            outline=style["outline"],
            dashed=style["dash"] == "dash",
            words=style["words"],
        )

    def provisional(self, colour: str) -> str:
        """Return a class colour as it stands where the figure is provisional.

        >>> palette("light").provisional("#000000")
        '#737373'
        """
        return mix(colour, self.background, _PROVISIONAL_SHARE)

    def less_sure(self, colour: str) -> str:
        """Return the ground under stripes of a class colour that is less than 80 % sure."""
        return mix(colour, self.background, _LESS_SURE_SHARE)

    def label_on(self, fill: str | None) -> str:
        """Return the colour of words on a fill: whichever contrasts more.

        >>> palette("light").label_on("#65361B"), palette("light").label_on("#FFECC7")
        ('#FFFFFF', '#101418')
        """
        ground = fill or self.background
        labels: Mapping[str, str] = self._meanings["label_on_fill"]
        return max((labels["dark"], labels["light"]), key=lambda label: contrast(label, ground))


@cache
def palette(mode: Mode) -> Palette:
    """Return the palette of a mode.

    Raises
    ------
    ValueError
        For a mode other than ``light`` and ``dark``.

    Examples
    --------
    >>> palette("light").ink
    '#1E2328'
    """
    if mode not in ("light", "dark"):
        raise ValueError(f"no palette for mode {mode!r}; modes: 'light', 'dark'")
    stored = _stored()
    meanings = {**stored[mode], "label_on_fill": stored["label_on_fill"]}
    return Palette(mode=mode, **meanings["base"], _meanings=MappingProxyType(meanings))


def symbols() -> Mapping[str, Mapping[str, str]]:
    """Return the symbol of each comparison class and each form of extremism.

    >>> symbols()["comparison"]["better"]
    '▶'
    """
    return MappingProxyType(_stored()["symbols"])


def mix(colour: str, ground: str, share: float) -> str:
    """Return a colour laid over a ground at a share between 0 and 1.

    >>> mix("#FFFFFF", "#000000", 0.5)
    '#808080'
    """
    parts = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(
        f"{int(share * above + (1 - share) * below + 0.5):02X}" for above, below in parts
    )


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1.

    Notes
    -----
    W3C, Web Content Accessibility Guidelines 2.2, *relative luminance*.

    Examples
    --------
    >>> luminance("#FFFFFF")
    1.0
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2).

    >>> contrast("#FFFFFF", "#000000")
    21.0
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@cache
def _stored() -> Mapping[str, Any]:
    path = Path(__file__).with_name("palette.json")
    read: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _at(colours: Sequence[str], place: float) -> str:
    below = int(place)
    if place == below:
        return colours[below]
    return mix(colours[below + 1], colours[below], place - below)
