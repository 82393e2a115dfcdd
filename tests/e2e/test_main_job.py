"""The main job, in a browser, as the people of the product do it."""

import io
import re

import pytest
from playwright.sync_api import Page, expect

from app.core.sheets import write_sheet
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.installation import Installation
from tests.e2e.signing_in import sent_to, sign_in_with_code, sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def roster(people: list[tuple[str, str, str, str]]) -> bytes:
    """An XLSX as unions keep it."""
    target = io.BytesIO()
    write_sheet(target, ["姓名", "手机号", "身份证号", "所属工会"], people)
    return target.getvalue()


UNION, SLUG = "南调街道总工会", "nantiao"
MEMBER = ("许安然", "13912340001", "440803199003070027", UNION)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def provision(city: Page, installation: Installation) -> None:
    """The city union opens zones from a list."""
    city.goto(installation.url("city"))
    sign_in_with_password(city, installation.demo()["personas"]["city_admin"])
    city.goto(installation.url("city", "/city/zones/import"))
    sheet = f"工会名称,专区地址,专区名称\n{UNION},{SLUG},南调职工之家\n".encode()
    city.set_input_files("input[type=file]", {"name": "zones.csv", "mimeType": "text/csv", "buffer": sheet})
    city.get_by_role("button", name="核对名单").click()
    expect(city.get_by_role("row").filter(has_text=SLUG)).to_contain_text("可以开通")
    city.get_by_role("button", name="开通 1 个专区").click()
    expect(city.get_by_role("row").filter(has_text=SLUG)).to_contain_text("已开放", timeout=30_000)


def publish_slogan(desk: Page, installation: Installation, slogan: str, slug: str = SLUG) -> None:
    """The zone's staff change its look, see what differs, and publish."""
    desk.goto(installation.url(slug, "/console/look"))
    desk.fill("input[name=slogan]", slogan)
    desk.get_by_role("button", name="存入草稿").click()
    desk.goto(installation.url(slug, "/console/publish"))
    expect(desk.locator("main")).to_contain_text(slogan)
    desk.get_by_role("button", name="立即发布").click()


def import_roster(desk: Page, installation: Installation) -> None:
    """A sheet with one good and one bad line: seen first, then written by a worker."""
    desk.goto(installation.url(SLUG, "/console/members/import"))
    sheet = roster([MEMBER, ("坏号码", "123", "", UNION)])
    desk.set_input_files("input[type=file]", {"name": "花名册.xlsx", "mimeType": XLSX, "buffer": sheet})
    desk.get_by_role("button", name="核对文件").click()
    expect(desk.get_by_role("row").filter(has_text="坏号码")).to_contain_text("B3", timeout=30_000)
    desk.get_by_role("button", name="确认导入").click()
    expect(desk.get_by_role("heading", name="已导入")).to_be_visible(timeout=30_000)


def send_notice(desk: Page, installation: Installation, title: str, body: str) -> None:
    """To everybody, into the inbox and by SMS; counted before, watched after."""
    desk.goto(installation.url(SLUG, "/console/broadcasts/new"))
    desk.fill("input[name=title]", title)
    desk.fill("textarea[name=body]", body)
    desk.get_by_label("短信").check()
    desk.get_by_label("本专区全体会员").check()
    desk.get_by_role("button", name="统计人数并预览").click()
    expect(desk.locator("main")).to_contain_text(re.compile(r"共有 \d+ 名会员将收到此通知"))
    desk.get_by_role("button", name="立即发送").click()
    expect(desk.locator("main")).to_contain_text("已发送", timeout=30_000)


def test_from_an_empty_union_to_members_who_read_and_are_told(installation, open_page):
    city, desk, phone = open_page(DESKTOP), open_page(DESKTOP), open_page(PHONE)
    provision(city, installation)

    desk.goto(installation.url("potou", "/console/look"))
    sign_in_with_password(desk, installation.demo()["personas"]["zone_admin:potou"])
    publish_slogan(desk, installation, "南调人的家")
    phone.goto(installation.url(SLUG))
    expect(phone.locator("body")).to_contain_text("南调人的家")

    import_roster(desk, installation)
    phone.goto(installation.url(SLUG, "/me"))
    phone.locator("main").get_by_role("link", name="登录").click()
    sign_in_with_code(phone, installation, MEMBER[1])
    expect(phone.locator("main")).to_contain_text(MEMBER[0])

    send_notice(desk, installation, "停水通知", "明天八点停水，请提前储水。")
    phone.goto(installation.url(SLUG))
    expect(phone.locator("nav.hall-tabs")).to_contain_text("1 条未读消息")
    phone.goto(installation.url(SLUG, "/inbox/"))
    phone.get_by_text("停水通知").click()
    expect(phone.locator("main")).to_contain_text("请提前储水")
    assert "请提前储水" in sent_to(installation, MEMBER[1])[0]["params"]["text"]


def test_a_publish_is_taken_back_with_one_click(installation, open_page):
    desk, visitor = open_page(DESKTOP), open_page(PHONE)
    desk.goto(installation.url("potou", "/console/look"))
    sign_in_with_password(desk, installation.demo()["personas"]["zone_admin:potou"])
    former = desk.input_value("input[name=slogan]")
    publish_slogan(desk, installation, "回退之前", "potou")
    visitor.goto(installation.url("potou"))
    expect(visitor.locator("body")).to_contain_text("回退之前")
    desk.get_by_role("link", name="对比与回退").first.click()
    expect(desk.locator("main")).to_contain_text("回退之前")
    desk.get_by_text("回退到此版本").first.click()
    desk.get_by_role("button", name="回退到此版本").last.click()
    expect(desk.locator("main")).to_contain_text("当前版本")
    visitor.goto(installation.url("potou"))
    expect(visitor.locator("body")).not_to_contain_text("回退之前")
    expect(visitor.locator("body")).to_contain_text(former)


def test_a_member_signs_in_by_code_and_reads(installation, open_page):
    persona = installation.demo()["personas"]["member:xiashan"]
    phone = open_page(PHONE)
    phone.goto(installation.url("xiashan", "/me"))
    phone.locator("main").get_by_role("link", name="登录").click()
    sign_in_with_code(phone, installation, persona["phone"].removeprefix("+86"))
    expect(phone).to_have_url(installation.url("xiashan", "/me"))
    expect(phone.locator("main")).to_contain_text(persona["name"])
    phone.goto(installation.url("xiashan", "/news/"))
    phone.get_by_text("送清凉").first.click()
    expect(phone.locator("main")).to_contain_text("入伏以来")


def test_one_sign_in_serves_several_zones(installation, open_page):
    personas = installation.demo()["personas"]
    page = open_page(PHONE)
    page.goto(installation.url("xiashan", "/me"))
    page.locator("main").get_by_role("link", name="登录").click()
    sign_in_with_password(page, personas["member:xiashan"])
    expect(page.locator("main")).to_contain_text(personas["member:xiashan"]["name"])
    page.goto(installation.url("haicheng", "/me"))
    page.locator("main").get_by_role("link", name="登录").click()
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
