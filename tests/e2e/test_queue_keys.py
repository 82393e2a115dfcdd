"""The list of cases by keyboard; what is typed into a field is never taken for a key of the list."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIST = "/console/help/?state=all"


def test_the_list_is_walked_by_keyboard(installation, open_page):
    page = open_page(DESKTOP)
    page.goto(installation.url("xiashan", LIST))
    sign_in_with_password(page, installation.demo()["personas"]["caseworker:xiashan"])
    page.goto(installation.url("xiashan", LIST))
    links, focus = page.locator("[data-key-row] th a"), page.locator("a:focus")
    numbers = links.all_inner_texts()
    assert len(numbers) > 1
    page.keyboard.press("j")
    expect(focus).to_have_text(numbers[0])
    page.keyboard.press("j")
    expect(focus).to_have_text(numbers[1])
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(focus).to_have_text(numbers[0])
    page.keyboard.press("x")
    assert page.locator("tbody .desk-check input:checked").count() == 1
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(focus).to_have_text(numbers[0])
    page.keyboard.press("/")
    page.keyboard.type("jk?x")
    expect(page.locator("input[name=q]")).to_have_value("jk?x")
    expect(page.get_by_role("dialog")).to_be_hidden()
    links.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(numbers[0])
