"""A drawing as a picture of points, for texts that take no drawing.

Knows how an SVG of ours becomes a PNG with the typeface that comes along: no
browser, no font of this machine, the same bytes each time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import font_source_sans_pro
import typst

POINTS_PER_INCH = 144
"""Twice what a screen has: fine in print, small enough to send."""

_TEMPLATE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)"""


def png(svg: str) -> bytes:
    """Return an SVG as PNG on white.

    Parameters
    ----------
    svg
        One SVG element with ``width`` in px; a px becomes two points across.
    """
    width = ElementTree.fromstring(svg).get("width", "")
    made = typst.compile(
        _TEMPLATE, format="png", ppi=POINTS_PER_INCH, font_paths=_fonts(),
        sys_inputs={"svg": svg, "width": width},
    )  # fmt: skip
    return made


@cache
def _fonts() -> typst.Fonts:
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
