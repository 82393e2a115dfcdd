"""The desk on a phone: tables are read from top to bottom, what is pressed is large enough, what is wrong has a name."""

import pytest

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LISTS = (
    "/console/", "/console/blocks", "/console/modules", "/console/publish", "/console/members", "/console/members/import",
    "/console/news/", "/console/help/", "/console/broadcasts/", "/console/staff/", "/console/jobs", "/console/audit",
)  # fmt: skip
FAULTS = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const wide = [...document.querySelectorAll(".desk-table")].filter((one) => one.scrollWidth > one.clientWidth + 1);
  const unnamed = [...document.querySelectorAll(".desk-table td[data-label]:not(:empty)")].filter(
    (one) => getComputedStyle(one, "::before").content !== JSON.stringify(one.dataset.label));
  const low = [...document.querySelectorAll("a[href], button, select, summary, input:not([type=hidden])")].filter((one) => {
    const place = (one.matches("[type=checkbox], [type=radio]") && one.closest("label, td, th")) || one;
    return !one.closest(".hall-skip") && seen(one) && place.getBoundingClientRect().height < 40;
  });
  return [...wide, ...unnamed, ...low].map((one) => one.outerHTML.slice(0, 120));
}"""


def test_lists_are_cards_that_fit_and_can_be_pressed(installation, open_page):
    page = open_page(PHONE)
    page.goto(installation.url("xiashan", "/console/"))
    sign_in_with_password(page, installation.demo()["personas"]["zone_admin:xiashan"])
    for path in LISTS:
        page.goto(installation.url("xiashan", path))
        assert page.evaluate(FAULTS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert page.locator("td[data-label=操作人]").count(), "the audit trail names no columns"


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "全选本页"), ("en", "Select all on this page")])
def test_the_box_of_all_rows_says_so_and_chooses_them_all(installation, open_page, locale, words):
    page = open_page(PHONE, locale)
    page.goto(installation.url("xiashan", "/console/members"))
    sign_in_with_password(page, installation.demo()["personas"]["zone_admin:xiashan"])
    page.goto(installation.url("xiashan", "/console/members"))
    said = page.get_by_text(words, exact=True)
    assert said.bounding_box()["width"] > 40
    said.click()
    boxes = page.locator("tbody .desk-check input")
    assert boxes.count() == page.locator("tbody .desk-check input:checked").count() > 1
    page.set_viewport_size(DESKTOP)
    assert page.get_by_label(words, exact=True).is_checked()
    assert said.bounding_box()["width"] <= 1


def test_the_strip_with_the_menu_stays_in_sight(installation, open_page):
    page = open_page(PHONE)
    page.goto(installation.url("potou", "/console/look"))
    sign_in_with_password(page, installation.demo()["personas"]["zone_admin:potou"])
    for size, part in ((PHONE, ".desk-top"), (DESKTOP, ".desk-side")):
        page.set_viewport_size(size)
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        before = page.locator(part).bounding_box()
        page.evaluate("scrollTo({ top: 9999, behavior: 'instant' })")
        assert page.evaluate("scrollY") > 0
        assert page.locator(part).bounding_box() == before


def test_what_is_missing_is_told_by_name_and_leads_there(installation, open_page):
    page = open_page(PHONE)
    page.goto(installation.url("haicheng", "/console/broadcasts/new"))
    sign_in_with_password(page, installation.demo()["personas"]["zone_admin:haicheng"])
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("alert").get_by_role("link", name="标题：请填写此项。").click()
    assert page.url.endswith("#field-title")
