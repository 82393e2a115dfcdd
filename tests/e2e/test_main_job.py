"""The main job, in a browser, as the people of the product do it."""

import io
import json
import re
import time
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP

from app.core.sheets import write_sheet
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in_with_password(page: Page, persona: dict[str, str]) -> None:
    """From any page that asks for it: phone, password, and the second factor where there is one."""
    if page.locator('a[href*="/sign-in/password"]').count():
        page.locator('a[href*="/sign-in/password"]').first.click()
    page.fill("input[name=phone]", persona["phone"].removeprefix("+86"))
    page.fill("input[name=password]", persona["password"])
    page.click("main button[type=submit]")
    if persona["totp_secret"]:
        page.fill("input[name=code]", TOTP(persona["totp_secret"]).now())
        page.click("main button[type=submit]")


def latest_code(installation: Installation, phone: str) -> str:
    """The code that the SMS sandbox was last asked to send to a phone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        address = f"http://127.0.0.1:{installation.sandbox_port}/sms/v1/messages?phone={urllib.parse.quote(phone)}"
        request = urllib.request.Request(address, headers={"Authorization": "Bearer sandbox", "X-Api-Key": "sandbox"})
        with urllib.request.urlopen(request) as answer:
            found = re.findall(r'"code": ?"(\d{6})"', json.dumps(json.load(answer)))
        if found:
            return found[-1]
        time.sleep(0.2)
    raise AssertionError(f"no code was sent to {phone}")


def roster(people: list[tuple[str, str, str, str]]) -> bytes:
    """An XLSX as unions keep it."""
    target = io.BytesIO()
    write_sheet(target, ["姓名", "手机号", "身份证号", "所属工会"], people)
    return target.getvalue()


def test_from_an_empty_union_to_members_who_read_and_are_told(installation, open_page):
    personas = installation.demo()["personas"]
    union = "南调街道总工会"

    city = open_page(DESKTOP)
    city.goto(installation.url("city"))
    sign_in_with_password(city, personas["city_admin"])
    city.goto(installation.url("city", "/city/zones/import"))
    sheet = f"工会名称,专区地址,专区名称\n{union},nantiao,南调职工之家\n".encode()
    city.set_input_files("input[type=file]", {"name": "zones.csv", "mimeType": "text/csv", "buffer": sheet})
    city.get_by_role("button", name="开通").click()
    expect(city.locator("main")).to_contain_text("已开通")

    desk = open_page(DESKTOP)
    desk.goto(installation.url("potou", "/console/look"))
    sign_in_with_password(desk, personas["zone_admin:potou"])
    desk.goto(installation.url("nantiao", "/console/look"))
    desk.fill("input[name=slogan]", "南调人的家")
    desk.get_by_role("button", name="存入草稿").click()
    desk.goto(installation.url("nantiao", "/console/publish"))
    expect(desk.locator("main")).to_contain_text("南调人的家")
    desk.get_by_role("button", name="立即发布").click()

    visitor = open_page(PHONE)
    visitor.goto(installation.url("nantiao"))
    expect(visitor.locator("body")).to_contain_text("南调人的家")

    desk.goto(installation.url("nantiao", "/console/members/import"))
    phone = "13912340001"
    people = [("许安然", phone, "44080019900307002X", union), ("坏号码", "123", "", union)]
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    desk.set_input_files("input[type=file]", {"name": "花名册.xlsx", "mimeType": mime, "buffer": roster(people)})
    desk.locator("main form button[type=submit]").first.click()
    expect(desk.locator("main")).to_contain_text("坏号码", timeout=30_000)


def test_a_member_signs_in_by_code_and_reads(installation, open_page):
    persona = installation.demo()["personas"]["member:xiashan"]
    phone = open_page(PHONE)
    phone.goto(installation.url("xiashan", "/me"))
    phone.fill("input[name=phone]", persona["phone"].removeprefix("+86"))
    phone.click("main button[type=submit]")
    phone.fill("input[name=code]", latest_code(installation, persona["phone"]))
    phone.click("main button[type=submit]")
    expect(phone).to_have_url(installation.url("xiashan", "/me"))
    expect(phone.locator("main")).to_contain_text(persona["name"])
    phone.goto(installation.url("xiashan", "/news/"))
    phone.get_by_text("送清凉").first.click()
    expect(phone.locator("main")).to_contain_text("入伏以来")


def test_one_sign_in_serves_several_zones(installation, open_page):
    personas = installation.demo()["personas"]
    page = open_page(PHONE)
    page.goto(installation.url("xiashan", "/me"))
    sign_in_with_password(page, personas["member:xiashan"])
    expect(page.locator("main")).to_contain_text(personas["member:xiashan"]["name"])
    page.goto(installation.url("haicheng", "/me"))
    expect(page).to_have_url(installation.url("haicheng", "/me"))
    expect(page.locator("main")).to_contain_text(personas["member:xiashan"]["name"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pages_hold_together_on_a_phone_in_both_languages(installation, open_page, scripts):
    """No page is wider than the phone, and no page of the English zone shows a Chinese button or the other way round."""
    for locale, home in (("zh-CN", "首页"), ("en", "Home")):
        page = open_page(PHONE, locale, scripts=scripts)
        for slug in ("xiashan", "potou"):
            for path in ("/", "/services", "/news/"):
                page.goto(installation.url(slug, path))
                expect(page.locator("nav.hall-tabs")).to_contain_text(home)
                if scripts:
                    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], (slug, path, locale)
