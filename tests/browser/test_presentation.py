"""The presentation on a wall: nothing small, nothing cut, keys that turn, nothing else in sight."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_reading import violations

SMALLEST = 0.022
"""Of the screen's height: what the back row of a meeting can read."""
#: Every text in sight: how tall its type is, whether it is cut, and whether it lies on another.
LOOK = """() => {
  const found = { small: [], cut: [], behind: [], crossed: [], seen: 0 }, boxes = [];
  for (const one of document.querySelectorAll('body *')) {
    const text = [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!text.length || ['STYLE', 'SCRIPT', 'NOSCRIPT', 'TITLE'].includes(one.tagName)) continue;
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.setStartBefore(text[0]); range.setEndAfter(text.at(-1));
    const box = range.getBoundingClientRect(), said = one.textContent.slice(0, 50);
    if (!box.width) continue;
    if (!one.closest('.gw-slide')) {
      if (document.elementFromPoint(box.left + 1, box.top + 1) === one) found.behind.push(said);
      continue;
    }
    found.seen += 1;
    if (parseFloat(getComputedStyle(one).fontSize) < SMALLEST * innerHeight) found.small.push(said);
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
      found.cut.push(said);
    for (const [other, words] of boxes) {
      const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (across > 2 && down > 0.3 * Math.min(box.height, other.height))
        found.crossed.push([said, words]);
    }
    boxes.push([box, said]);
  }
  const slide = document.querySelector('.gw-slide');
  found.beyond = [slide.scrollWidth - slide.clientWidth, slide.scrollHeight - slide.clientHeight];
  return found;
}""".replace("SMALLEST", str(SMALLEST))


def place(page: Page) -> tuple[int, int]:
    """Which slide is shown, and of how many."""
    said = page.locator(".gw-kicker span").last.inner_text()
    number, total = re.fullmatch(r"(\d+) of (\d+)", said).groups()
    return int(number), int(total)


def press(page: Page, key: str, number: int) -> None:
    """Press a key and wait for the slide it leads to."""
    page.keyboard.press(key)
    expect(page.locator(".gw-kicker span").last).to_have_text(re.compile(rf"^{number} of "))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (3840, 2160), (1024, 768)])
def test_every_slide_can_be_read_from_the_back_row_and_none_is_cut(
    server: Callable, visit: Callable, settled: Callable, width: int, height: int, dark: bool
) -> None:
    page = visit(server("demo"), "situation?present=1", width=width, height=height, dark=dark)
    _number, total = place(page)
    assert total > 8
    for number in range(1, total + 1):
        settled(page)
        found = page.evaluate(LOOK)
        assert found.pop("seen") > 3
        assert found == {"small": [], "cut": [], "behind": [], "crossed": [], "beyond": [0, 0]}, (
            f"slide {number}: {found}"
        )
        if number < total:
            press(page, "ArrowRight", number + 1)


def test_the_keys_turn_the_slides_and_the_address_follows(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "situation?level=part&year=2023&present=1&slide=2")
    assert place(page)[0] == 2
    for key, number in (("ArrowRight", 3), ("PageDown", 4), ("PageUp", 3), ("ArrowLeft", 2),
                        ("Home", 1)):  # fmt: skip
        press(page, key, number)
        expect(page).to_have_url(re.compile(rf"[?&]slide={number}(&|$)"))
    page.reload()
    settled(page)  # a slide is seen a moment before its keys are heard
    expect(page.locator(".gw-kicker span").last).to_have_text(re.compile("^1 of "))
    expect(page.get_by_role("link", name="District")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".gw-slide")).to_have_count(0)
    expect(page.get_by_role("link", name="District").first).to_be_visible()
    assert "level=part" in page.url
    assert "year=2023" in page.url
    assert "present" not in page.url
    assert "slide" not in page.url


def test_the_button_opens_the_presentation(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "situation")
    page.get_by_role("button", name="Present").click()
    expect(page.locator(".gw-slide h1")).to_be_visible()
    assert place(page)[0] == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_slides(server: Callable, visit: Callable, dark: bool) -> None:
    page = visit(server("demo"), "situation?present=1&slide=2", dark=dark)
    assert violations(page) == []
