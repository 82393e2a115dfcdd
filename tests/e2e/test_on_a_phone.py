"""An application written on a phone: photographs as large as cameras make them, and a browser that is closed halfway."""

import io
import os
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.installation import Installation
from tests.e2e.test_help import TYPED, enter, photo

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOWLY = 30_000
"""Milliseconds in which even a busy machine has made a picture smaller, or sent it as it is."""
TURNED = 6
"""The camera was held upright: EXIF says to turn the picture by a quarter."""
CHOSEN = "field => [...field.files].map(file => ({ name: file.name, type: file.type, size: file.size }))"
# the size of the picture the browser holds, and the colour of a point near its upper left corner
LOOK = """async field => {
    const picture = await createImageBitmap(field.files[0]);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const sheet = canvas.getContext("2d");
    sheet.drawImage(picture, 0, 0);
    return { width: picture.width, height: picture.height, corner: [...sheet.getImageData(40, 40, 1, 1).data] };
}"""


def camera_photo(name: str) -> dict[str, Any]:
    """4000 × 3000 points of noise, red in what is the upper left corner once it is turned as EXIF says."""
    picture = Image.frombytes("RGB", (1000, 750), os.urandom(1000 * 750 * 3)).resize((4000, 3000))
    picture.paste((220, 20, 20), (0, 2600, 400, 3000))
    notes = Image.Exif()
    notes[0x0112] = TURNED
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90, exif=notes)
    return {"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def papers(page: Page, installation: Installation) -> Any:
    enter(page, installation, "member:xiashan", "/help/apply/schooling")
    return page.locator("#field-paper_school")


def test_a_large_photograph_is_made_smaller_and_stands_as_it_was_held(installation, open_page):
    phone = open_page(PHONE)
    school = papers(phone, installation)
    large = camera_photo("通知书.jpeg")
    assert len(large["buffer"]) > 1.5 * 1024 * 1024
    tiny = photo("小.jpg")
    school.set_input_files([large, tiny])
    expect(school.locator("xpath=..").locator("[data-photos]")).to_contain_text("照片已压缩", timeout=SLOWLY)
    made, small = school.evaluate(CHOSEN)
    assert (made["name"], made["type"]) == ("通知书.jpg", "image/jpeg")
    assert made["size"] < len(large["buffer"])
    assert isinstance(tiny["buffer"], bytes)
    assert small["size"] == len(tiny["buffer"]), "what is small goes as it is"
    seen = school.evaluate(LOOK)
    assert (seen["width"], seen["height"]) == (1800, 2400)
    red, green, blue, _opaque = seen["corner"]
    assert red > 180
    assert max(green, blue) < 80


def test_a_photograph_too_large_to_send_is_made_small_enough_before_it_is_looked_at(installation, open_page):
    phone = open_page(PHONE)
    school = papers(phone, installation)
    large = camera_photo("太大.jpg")
    large["buffer"] += b"\0" * (11 * 1024 * 1024)  # bytes after the picture's end, which every reader leaves out
    school.set_input_files([large])
    expect(school.locator("xpath=..").locator("[data-photos]")).to_contain_text("照片已压缩", timeout=SLOWLY)
    expect(school.locator("xpath=..").locator("[data-fault]")).to_be_empty()
    assert len(school.evaluate(CHOSEN)) == 1


def test_a_form_sent_while_photographs_are_made_smaller_waits_for_them(installation, open_page):
    phone = open_page(PHONE)
    school = papers(phone, installation)
    school.set_input_files([camera_photo("一.jpg"), camera_photo("二.jpg")])
    phone.get_by_role("button", name="上传所选材料").click()
    for name in ("一.webp", "二.webp"):
        expect(phone.locator("main")).to_contain_text(name, timeout=SLOWLY)
    phone.locator("summary", has_text="删除草稿").click()
    phone.get_by_role("button", name="确定删除").click()


def test_without_scripts_a_photograph_goes_as_it_is(installation, open_page):
    phone = open_page(PHONE, scripts=False)
    school = papers(phone, installation)
    school.set_input_files([camera_photo("通知书.jpg")])
    phone.get_by_role("button", name="上传所选材料").click()
    expect(phone.locator("main")).to_contain_text("通知书.webp", timeout=SLOWLY)
    phone.locator("summary", has_text="删除草稿").click()
    phone.get_by_role("button", name="确定删除").click()


def test_a_draft_survives_a_phone_that_is_closed_without_saving(installation, open_page):
    phone = open_page(PHONE)
    enter(phone, installation, "member:xiashan", "/help/apply/illness")
    phone.locator("input[name=own_income]").press_sequentially("3")
    phone.locator("textarea[name=description]").press_sequentially(TYPED["description"])
    expect(phone.locator("[data-unsaved]")).to_contain_text("草稿已于")
    phone.context.close()

    again = open_page(PHONE)
    enter(again, installation, "member:xiashan", "/help/apply/illness")
    expect(again.locator("textarea[name=description]")).to_have_value(TYPED["description"])
    expect(again.locator("input[name=own_income]")).to_have_value("3")
    again.locator("summary", has_text="删除草稿").click()
    again.get_by_role("button", name="确定删除").click()
