"""A worker in difficulty asks, two people decide, the worker is told: in a browser, with and without scripts."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.installation import Installation
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MEANS = {"seasonal": {"household_size": "3", "monthly_income": "2800"}, "hardship": {"own_income": "2800"}}
TYPED = {
    "amount_requested": "600",
    "description": "工地停工两个月，家里老人常年吃药，想申请一点过冬的帮助。",
}


def photo(name: str) -> dict[str, object]:
    """A picture of a paper, as a phone takes it."""
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "#d8d2c4").save(stream, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def enter(page: Page, installation: Installation, who: str, path: str) -> None:
    """Open a page of 霞山's zone as one of the personas."""
    page.goto(installation.url("xiashan", path))
    sign_in_with_password(page, installation.demo()["personas"][who])


def take_step(desk: Page, installation: Installation, application: str, action: str, button: str) -> None:
    desk.goto(installation.url("xiashan", f"/console/help/{application}?step={action}"))
    if action == "recommend":
        desk.check("input[name=recommendation][value=grant]")
        desk.fill("input[name=amount_recommended]", "500")
        desk.fill("textarea[name=note]", "家访属实。")
    if action == "approve":
        desk.fill("input[name=amount_granted]", "500")
        desk.fill("textarea[name=reason]", "情况属实，同意帮扶。")
    desk.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_draft_to_the_answer(installation, open_page, scripts):
    phone = open_page(PHONE, scripts=scripts)
    handler, approver = open_page(DESKTOP, scripts=scripts), open_page(DESKTOP, scripts=scripts)
    kind = "seasonal" if scripts else "hardship"
    enter(phone, installation, "member:xiashan", f"/help/apply/{kind}")

    phone.fill("textarea[name=description]", TYPED["description"])
    phone.locator("button[value=save]:visible").last.click()
    phone.goto(installation.url("xiashan", "/help/"))
    phone.locator("main").get_by_role("link", name="草稿").click()
    expect(phone.locator("textarea[name=description]")).to_have_value(TYPED["description"])

    for name, value in (TYPED | MEANS[kind]).items():
        phone.fill(f"[name={name}]", value)
    for paper in phone.locator("input[type=file][required]").all():
        paper.set_input_files([photo("材料.jpg")])
    phone.check("input[name=consent]")
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.locator("main")).to_contain_text("已提交")
    application = phone.url.split("/help/")[1].split("/")[0]

    enter(handler, installation, "caseworker:xiashan", "/console/help/")
    take_step(handler, installation, application, "take", "受理")
    take_step(handler, installation, application, "recommend", "提出审核意见")
    handler.goto(installation.url("xiashan", f"/console/help/{application}?step=approve"))
    expect(handler.get_by_role("button", name="批准", exact=True)).to_have_count(0)

    enter(approver, installation, "zone_admin:xiashan", "/console/help/")
    take_step(approver, installation, application, "approve", "批准")
    phone.goto(installation.url("xiashan", f"/help/{application}"))
    expect(phone.locator("main")).to_contain_text("情况属实，同意帮扶")
    phone.goto(installation.url("xiashan", "/inbox"))
    expect(phone.locator("main")).to_contain_text("批准")


def test_a_file_that_cannot_be_taken_is_left_out_as_soon_as_it_is_chosen(installation, open_page):
    phone = open_page(PHONE)
    enter(phone, installation, "member:xiashan", "/help/apply/schooling")
    phone.fill("textarea[name=description]", TYPED["description"])
    school, other = phone.locator("#field-paper_school"), phone.locator("#field-paper_other")
    large = {"name": "太大.jpg", "mimeType": "image/jpeg", "buffer": b"\0" * (10 * 1024 * 1024 + 1)}
    text = {"name": "说明.docx", "mimeType": "application/msword", "buffer": b"x"}
    school.set_input_files([photo("好.jpg"), large, text])
    told = school.locator("xpath=..").locator("[data-fault]")
    expect(told).to_contain_text("“太大.jpg”超过了 10 MB")
    expect(told).to_contain_text("“说明.docx”的格式不能使用")
    assert school.evaluate("field => [...field.files].map(file => file.name)") == ["好.jpg"]

    other.set_input_files([photo(f"{number}.jpg") for number in range(20)])
    expect(other.locator("xpath=..").locator("[data-fault]")).to_contain_text("最多可发送 20 个文件")
    assert other.evaluate("field => field.files.length") == 19
    school.set_input_files([photo("学校.jpg")])
    expect(told).to_be_empty()

    other.set_input_files([])
    phone.locator("button[value=save]:visible").last.click()
    expect(phone.locator("main")).to_contain_text("学校.webp")
    expect(phone.locator("textarea[name=description]")).to_have_value(TYPED["description"])
    phone.locator("summary", has_text="删除草稿").click()
    phone.get_by_role("button", name="确定删除").click()
