"""The studio in a real browser: the preview follows what is typed, and works without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP
from tests.e2e.installation import Installation
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def look(page: Page, installation: Installation, slug: str) -> None:
    page.goto(installation.url(slug, "/console/look"))
    sign_in_with_password(page, installation.demo()["personas"][f"zone_admin:{slug}"])


def test_the_preview_follows_what_is_typed(installation, open_page):
    page = open_page(DESKTOP)
    look(page, installation, "gangwu")
    shown = page.frame_locator("iframe[name=preview]")
    page.fill("input[name=slogan]", "边写边看")
    expect(shown.locator("body")).to_contain_text("边写边看")
    page.select_option("#preview-page", "services")
    expect(shown.locator('nav.hall-tabs a[aria-current="page"]')).to_have_attribute("href", "/services")
    page.goto(installation.url("gangwu", "/console/publish"))
    expect(page.locator("main")).to_contain_text("没有草稿")


def test_without_a_script_the_button_shows_it(installation, open_page):
    page = open_page(DESKTOP, scripts=False)
    look(page, installation, "xinye")
    page.fill("input[name=slogan]", "按一下再看")
    page.get_by_role("button", name="预览", exact=True).click()
    expect(page.frame_locator("iframe[name=preview]").locator("body")).to_contain_text("按一下再看")
    assert page.input_value("input[name=slogan]") == "按一下再看"
