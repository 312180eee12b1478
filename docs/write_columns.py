"""Write the columns of every table into ``docs/analysts.md``: ``python -m docs.write_columns``.

Knows where the descriptions that the schemas carry stand in the document; a
test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

from analysis import tables
from analysis.intake.template import column_lines

FILE = Path(__file__).with_name("analysts.md")


def with_columns(text: str) -> str:
    """Return a document with the columns of each table between the two marks of the table."""
    for name, table in tables.TABLES.items():
        opening, closing = f"<!-- columns of {name} -->", "<!-- end -->"
        written = "\n".join([opening, *column_lines(table), closing])
        before, found, after = text.partition(opening)
        text = before + written + after.partition(closing)[2] if found else text
    return text


if __name__ == "__main__":
    FILE.write_text(with_columns(FILE.read_text("utf-8")), "utf-8", newline="\n")
