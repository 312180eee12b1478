"""Draw the wordmark: ``python -m docs.draw_wordmark FONT``, with fontTools installed.

Knows why it is a picture of outlines: the navigation shows its logo as an
image, and an image has no typeface of its own. FONT is Source Sans Pro
Semibold, version 2.020, as in the package font-source-sans-pro on PyPI or in
Debian's fonts-adobe-sourcesans3 (Copyright Adobe, SIL Open Font License 1.1).
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from analysis.views import theme

WORD = "Groundwork"
FOLDER = Path(__file__).parents[1] / "pages" / "shared"
HEIGHT = 1000
"""One em: the image is as tall as the type size it is shown at."""
BASELINE = 830
"""Capitals, 660 high, stand in the middle, as the names of the pages beside them do."""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" fill="{ink}">
<title>{word}</title>
<!-- Outlines of Source Sans Pro Semibold: Copyright 2010, 2012, 2014 Adobe, SIL Open Font License
     1.1. Made by docs/draw_wordmark.py. -->
<path d="{path}"/>
</svg>
"""


def write_wordmark(font_file: Path) -> None:
    """Write the wordmark in the ink of light and of dark into ``pages/shared``."""
    font = TTFont(font_file)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    word = [names[ord(letter)] for letter in WORD]
    bounds = BoundsPen(glyphs)
    glyphs[word[0]].draw(bounds)
    pen, x = SVGPathPen(glyphs, ntos=lambda number: f"{number:.0f}"), -bounds.bounds[0]
    for glyph, following in pairwise([*word, ""]):
        glyphs[glyph].draw(TransformPen(pen, Transform(1, 0, 0, -1, x, BASELINE)))
        x += glyphs[glyph].width + (_kerning(font, glyph, following) if following else 0)
    for mode in get_args(theme.Mode):
        text = SVG.format(
            width=round(x), height=HEIGHT, ink=theme.palette(mode).ink, word=WORD,
            path=pen.getCommands(),
        )  # fmt: skip
        (FOLDER / f"wordmark_{mode}.svg").write_text(text, encoding="utf-8", newline="\n")


def _kerning(font: TTFont, left: str, right: str) -> int:
    """How much closer, in units of the font, two letters stand: the first rule that names them."""
    table = font["GPOS"].table
    rules = {
        index
        for feature in table.FeatureList.FeatureRecord
        if feature.FeatureTag == "kern"
        for index in feature.Feature.LookupListIndex
    }
    for index in sorted(rules):
        for rule in table.LookupList.Lookup[index].SubTable:
            pair = getattr(rule, "ExtSubTable", rule)
            if left in pair.Coverage.glyphs and (found := _pair_value(pair, left, right)):
                return int(getattr(found, "XAdvance", 0))
    return 0


def _pair_value(pair: Any, left: str, right: str) -> Any:
    if pair.Format == 1:
        records = pair.PairSet[pair.Coverage.glyphs.index(left)].PairValueRecord
        return next((one.Value1 for one in records if one.SecondGlyph == right), None)
    first = pair.ClassDef1.classDefs.get(left, 0)
    second = pair.ClassDef2.classDefs.get(right, 0)
    return pair.Class1Record[first].Class2Record[second].Value1


if __name__ == "__main__":
    write_wordmark(Path(sys.argv[1]))
