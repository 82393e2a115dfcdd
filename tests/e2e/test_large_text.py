"""Large text (适老化) as the browser computes it: nothing smaller than 18 px to read, nothing lower than 60 px to press."""

from typing import Any

import pytest

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK = (
    "/console/", "/console/look", "/console/blocks", "/console/modules/help", "/console/publish", "/console/members",
    "/console/news/", "/console/help/", "/console/broadcasts/new", "/console/audit",
)  # fmt: skip
MEMBER = ("/", "/services", "/news/", "/me", "/help/", "/inbox/")

# What is inside a sentence may be as high as its line (WCAG 2.2, 2.5.8); a box is pressed with its label or its cell.
MEASURE = """() => {
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1 && !one.closest(".hall-sr, .hall-skip");
  };
  const small = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim(), around = texts.currentNode.parentElement;
    if (!text || around.closest("option, script, noscript, textarea") || !seen(around)) continue;
    const size = parseFloat(getComputedStyle(around).fontSize);
    if (size < 18) small.push(`${size} px: ${text.slice(0, 30)}`);
  }
  const low = [];
  for (const one of document.querySelectorAll("a[href], button, select, summary, textarea, input:not([type=hidden])")) {
    if (one.disabled || !seen(one) || (one.matches("a") && one.closest("p, .hall-prose"))) continue;
    const place = (one.matches("[type=checkbox], [type=radio]") && one.closest("label, td, th")) || one;
    const height = place.getBoundingClientRect().height;
    if (height < 59.5) low.push(`${Math.round(height)} px: ${one.className} ${(one.innerText || one.name || "").slice(0, 30)}`);
  }
  return { small, low, width: document.documentElement.scrollWidth };
}"""


def measured(page: Any, address: str) -> dict[str, Any]:
    page.goto(address)
    assert page.evaluate("document.documentElement.classList.contains('large-text')")
    return page.evaluate(MEASURE)


@pytest.mark.parametrize(("size", "slug"), [(DESKTOP, "xiashan"), (PHONE, "haicheng")], ids=["desktop", "phone"])
def test_the_desk_is_large_enough(installation, open_page, size, slug):
    page = open_page(size)
    page.goto(installation.url(slug, "/console/"))
    sign_in_with_password(page, installation.demo()["personas"][f"zone_admin:{slug}"])
    page.goto(installation.url(slug, "/display?text=large&next=/console/"))
    for path in DESK:
        found = measured(page, installation.url(slug, path))
        assert found["small"] == [], path
        assert found["low"] == [], path
        assert found["width"] <= size["width"], path


@pytest.mark.parametrize("slug", ["xiashan", "potou"])
def test_member_pages_are_large_enough(installation, open_page, slug):
    page = open_page(PHONE)
    page.goto(installation.url(slug, "/me"))
    page.locator("main").get_by_role("link", name="登录").click()
    sign_in_with_password(page, installation.demo()["personas"][f"member:{slug}"])
    page.goto(installation.url(slug, "/display?text=large&next=/"))
    for path in MEMBER:
        found = measured(page, installation.url(slug, path))
        assert found["small"] == [], path
        assert found["low"] == [], path
        assert found["width"] <= PHONE["width"], path
