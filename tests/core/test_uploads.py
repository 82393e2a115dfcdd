"""What a form says of the files it takes, and how large a request may be, come from one list."""

import re

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from app.core.images import FORMATS, MB
from app.core.uploads import PICTURE, ROOM_FOR_TEXT, Uploads, file_size, uploads_of

SCANS = Uploads({"PNG": "image/png", "GIF": "image/gif", "PDF": "application/pdf"}, most_bytes=4 * MB, most=3)


@pytest.fixture(params=["zh_CN", "en"])
def language(request, app):
    with app.test_request_context(headers={"Accept-Language": request.param.replace("_", "-")}):
        yield request.param


def test_the_rule_names_formats_size_and_number(language):
    for part in ("PNG", "GIF", "PDF", "4 MB", "3"):
        assert part in SCANS.rule, part
    assert ("，最多 3 个文件" in SCANS.rule) == (language == "zh_CN")


def test_the_field_offers_what_the_rule_names_and_tells_the_script_the_rest(language):
    found = dict(re.findall(r' ([a-z-]+)="([^"]*)"', SCANS.attributes(sent=1)))
    assert found["accept"] == "image/png,image/gif,application/pdf"
    assert (found["data-most-bytes"], found["data-most-files"]) == (str(4 * MB), "2")
    assert "{name}" in found["data-too-large"]
    assert "4 MB" in found["data-too-large"]
    assert "PDF" in found["data-wrong-format"]
    assert "3" in found["data-too-many"]
    assert "data-most-files" not in PICTURE.attributes()


def test_the_request_has_room_for_every_file_and_the_text():
    assert SCANS.body_bytes == 12 * MB + ROOM_FOR_TEXT


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, "1 KB"), (350_000, "342 KB"), (1_258_291, "1.2 MB"), (10 * MB, "10 MB"), (202 * MB, "202 MB")],
)
def test_sizes_are_told_alike_in_every_language(language, size, told):
    assert file_size(size) == told


def test_every_form_with_pictures_offers_every_format_that_is_read(app, world):
    zone = world.zone()
    desk = world.client(zone, world.staff(zone))
    for path in ("/console/look", "/console/news/new"):
        accepted = re.findall(r'type="file" accept="([^"]+)"', desk.get(path).text)
        assert accepted, path
        assert {tuple(each.split(",")) for each in accepted} == {tuple(FORMATS.values())}, path


def test_forms_that_declare_nothing_keep_the_limit_of_the_house(app, world):
    declared = {endpoint.rpartition(".")[2] for endpoint, view in app.view_functions.items() if uploads_of(view)}
    assert declared == {
        "send", "send_message", "write_visit", "enrol_from_sheet", "note_return", "note_returns", "write_fee", "send_list", "send_sheet", "codes", "bring_in", "bring_scores", "send_work",
    }  # fmt: skip
    zone = world.zone()
    member = world.client(zone, world.member(zone))
    page = member.post("/me/data/correction", data=b"x", environ_overrides={"CONTENT_LENGTH": str(31 * MB)})
    assert page.status_code == 413
    assert "30 MB" in page.text


def test_too_long_a_text_is_not_called_too_large_a_file(world):
    zone = world.zone()
    member = world.client(zone, world.member(zone))
    boundary, body = encode_multipart(
        MultiDict({"wanted": "长" * MB, "more": "后面的一段话没有读完，不能当作全部交还。" * 2})
    )
    page = member.post("/me/data/correction", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')
    assert page.status_code == 413
    assert "文字超过了本页的上限" in page.text
    assert "MB" not in page.text
    assert "您填写的内容仍保留在此" not in page.text
