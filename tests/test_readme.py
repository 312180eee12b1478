"""What the documents say about the project is so: tree, links, pictures, columns, wordmark."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from analysis import tables
from analysis.views import theme
from docs.write_columns import with_columns

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.png"))
LARGEST_PICTURE = 150_000
#: What is not told apart below these: they hold no code, or one kind of thing.
CLOSED = ("docs/pictures", "data/demo", "tests/worlds")


def written_tree() -> list[str]:
    """Answer with the paths of the README's tree; two blanks are one level."""
    (block,) = re.findall(r"## The tree\n\n```\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    above, paths = "", []
    for line in block.splitlines():
        name = line.split()[0]
        above = above if line.startswith(" ") else name if name.endswith("/") else ""
        paths.append(above + name if line.startswith(" ") else name)
    return paths


def folders() -> set[str]:
    """Answer with the folders of the project, two deep, without what version control leaves out."""
    left_out = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()}
    found = set()
    for path in [*ROOT.glob("*/"), *ROOT.glob("*/*/")]:
        relative = path.relative_to(ROOT)
        parts = relative.parts
        hidden = any(part.startswith(".") or part in left_out for part in parts)
        inside = any(relative.as_posix().startswith(f"{one}/") for one in CLOSED)
        if path.is_dir() and not hidden and not inside and relative.as_posix() not in left_out:
            found.add(f"{relative.as_posix()}/")
    return found


def links(document: Path) -> list[str]:
    """Answer with the targets of links and pictures in a document, commands left aside."""
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return targets + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


def test_every_path_of_the_tree_exists():
    assert [path for path in written_tree() if not (ROOT / path).exists()] == []


def test_every_folder_stands_in_the_tree():
    assert sorted(folders() - set(written_tree())) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_of_the_project(document):
    broken = [
        target
        for target in links(document)
        if "://" not in target
        and not (document.parent / unquote(target.partition("#")[0])).resolve().exists()
    ]
    assert broken == []


def test_every_document_is_reached_from_the_readme():
    reached = {(ROOT / target).resolve() for target in links(README)}
    assert [path.name for path in DOCUMENTS if path != README and path not in reached] == []


def test_every_picture_is_shown_in_a_document():
    shown = {
        (document.parent / target).resolve() for document in DOCUMENTS for target in links(document)
    }
    assert [path.name for path in PICTURES if path.resolve() not in shown] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_as_wide_as_a_page_and_light_enough_to_load(picture):
    with Image.open(picture) as image:
        assert image.width == 1280
    assert picture.stat().st_size < LARGEST_PICTURE


def test_every_picture_has_words_for_those_who_do_not_see_it():
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        assert not re.findall(r"!\[\]\(|<img(?![^>]*\balt=\"[^\"]+\")", text), document.name


def test_the_columns_in_the_document_for_analysts_are_those_of_the_tables():
    text = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    marked = re.findall(r"<!-- columns of (\w+) -->", text)
    demo = ROOT / "data" / "demo"
    used = {name for name, table in tables.TABLES.items() if any(demo.glob(table.file))}
    assert used <= set(marked), "each table that the fictional town has needs its two marks"
    assert with_columns(text) == text, "write them anew: python -m docs.write_columns"


def test_the_document_for_analysts_names_every_status_frequency_and_theme():
    text = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    from analysis.periods import FREQUENCIES

    wanted = [*tables.STATUSES, *FREQUENCIES, *tables.THEMES]
    assert [word for word in wanted if f"`{word}`" not in text] == []


def test_the_settings_in_the_document_for_analysts_can_be_read():
    from analysis.settings import read_settings

    text = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    section = text.partition("## territory.toml")[2]
    (toml, *_) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    settings, problems = read_settings(toml)
    assert problems == []
    assert (settings.count_threshold, settings.rate_threshold, settings.minimum_answers) == (
        5,
        10,
        30,
    )


def test_the_readme_names_the_variables_that_choose_what_is_shown_and_tested():
    text = README.read_text("utf-8")
    assert "GROUNDWORK_TERRITORY" in text
    assert "GROUNDWORK_REALDATA" in text


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_wordmark_has_the_ink_of_its_page_and_needs_no_typeface(mode):
    text = (ROOT / "pages" / "shared" / f"wordmark_{mode}.svg").read_text("utf-8")
    assert f'fill="{theme.palette(mode).ink}"' in text
    assert "<text" not in text
    assert "SIL Open Font License" in text
