"""Member pages as a phone shows them: no bar of their own, large text that is large, and nothing lost to keyboard or zoom."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ZONES = ("xiashan", "haicheng")  # one of each theme
PAGES = (
    "/", "/services", "/me", "/me/data", "/me/data/correction", "/me/sign-out", "/inbox", "/inbox/preferences",
    "/help/", "/help/apply/hardship", "/news/", "/no-such-page",
)  # fmt: skip
VISIBLE = """const isVisible = (element) => {
  const place = element.getBoundingClientRect(), style = getComputedStyle(element);
  return place.width > 1 && place.height > 1 && style.visibility === "visible" && !element.closest(".hall-sr, .hall-skip");
};"""
TOO_SMALL = (
    "() => {"
    + VISIBLE
    + """
  const found = [];
  for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!isVisible(control) || control.disabled || control.tabIndex < 0) continue;
    const isChoice = control.type === "checkbox" || control.type === "radio";
    const place = ((isChoice && control.closest("label")) || control).getBoundingClientRect();
    if (place.width < 60 || place.height < 60) found.push(`${control.className} ${place.width}x${place.height}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement, size = parseFloat(getComputedStyle(holder).fontSize);
    if (texts.currentNode.data.trim() && isVisible(holder) && size < 18) found.push(`${texts.currentNode.data.trim()} ${size}px`);
  }
  return found;
}"""
)
FOCUSED = """() => {
  const control = document.activeElement;
  if (!control || control === document.body) return null;
  const place = control.getBoundingClientRect(), choice = control.closest(".hall-choice");
  const hasRing = (element) => element && getComputedStyle(element).outlineStyle !== "none";
  const under = document.elementFromPoint(place.left + place.width / 2, place.top + Math.min(place.height / 2, 30));
  const isCovered = !under || !(control.contains(under) || under.contains(control) || (choice && choice.contains(under)));
  return {name: `${control.localName}.${control.className}`, hasRing: hasRing(control) || hasRing(choice), isCovered};
}"""


@pytest.fixture(params=ZONES)
def member(request, installation, open_page) -> tuple[str, BrowserContext]:
    """A zone and a signed-in member's browser."""
    persona = installation.demo()["personas"][f"member:{request.param}"]
    page = open_page(PHONE)
    page.goto(installation.url(request.param, "/me"))
    page.locator("main").get_by_role("link", name="登录").click()
    sign_in_with_password(page, persona)
    expect(page.locator("main")).to_contain_text(persona["name"])
    return request.param, page.context


def opened(member, installation, size: dict[str, int]) -> Iterator[tuple[str, Page]]:
    """Every page in turn, in a window of this size."""
    slug, context = member
    page = context.new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for path in PAGES:
        page.goto(installation.url(slug, path))
        yield path, page


def test_on_a_phone_only_the_home_page_begins_with_the_name_of_the_zone(member, installation):
    for path, page in opened(member, installation, PHONE):
        head = page.locator("header").first.bounding_box()
        assert head
        assert (head["height"] > 0) == (path == "/"), path
        for tool in (".hall-head__tools", ".hall-bell", ".hall-account"):
            expect(page.locator(tool).first).to_be_hidden()
        tabs = page.locator("nav.hall-tabs").bounding_box()
        assert tabs
        assert round(tabs["y"] + tabs["height"]) == PHONE["height"], path


def test_a_wide_screen_has_a_header_with_its_tools(member, installation):
    for _path, page in opened(member, installation, DESKTOP):
        expect(page.locator(".hall-head__tools")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_large_text_is_at_least_18_pixels_and_its_targets_60(member, installation, size):
    slug, context = member
    context.add_cookies([{"name": "hall_text", "value": "large", "url": installation.url(slug)}])
    faults = {path: found for path, page in opened(member, installation, size) if (found := page.evaluate(TOO_SMALL))}
    assert faults == {}


def test_at_200_percent_no_page_is_wider_than_the_phone(member, installation):
    half = {name: pixels // 2 for name, pixels in PHONE.items()}
    for path, page in opened(member, installation, half):
        assert page.evaluate("document.documentElement.scrollWidth") <= half["width"], path


def test_whatever_has_the_keyboards_focus_is_seen_and_marked(member, installation):
    faults = []
    for path, page in opened(member, installation, PHONE):
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            if focused["isCovered"] or not focused["hasRing"]:
                faults.append((path, focused))
    assert faults == []
