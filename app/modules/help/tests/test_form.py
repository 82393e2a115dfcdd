"""The form: nothing typed or uploaded is lost, nothing is sent twice, nothing bad is kept."""

import io
import threading
from collections import Counter
from html import escape

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, encode_multipart

from app.casework.errors import PaperRefused
from app.casework.models import Case, CaseDocument
from app.casework.papers import PAPERS, clean_paper
from app.core.images import MB
from app.modules.help.tests.desk import PDF, STORY, TYPED, picture
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.revisions import ModuleChoice
from tests.fixtures.forms import hidden_fields, typed


def rows(desk, model) -> list:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(model)).scalars())


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("household-1-age", "-1"),
        ("household-1-age", "十二"),
        ("household-1-age", "3.5"),
        ("household-0-income", ""),
        ("own_income", "很少"),
        ("own_income", "-5"),
        ("own_income", "1.234"),
        ("amount_requested", "0"),
        ("amount_requested", "10000.01"),
        ("amount_requested", "9" * 30),
        ("contact_phone", "12345"),
        ("contact_phone", "0759-2223333"),
        ("description", "太短了"),
        ("description", "长" * 2001),
        ("consent", ""),
    ],
)
def test_wrong_input_is_shown_at_its_field_with_everything_kept(desk, field, typed):
    answer = desk.send(desk.form(**{field: typed}))
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    for name, value in (TYPED | {field: typed}).items():
        if name not in ("consent", "monthly_income"):  # the latter only short forms ask
            assert value in answer.text
    assert "户口簿.webp" in answer.text
    assert "工资单.pdf" in answer.text
    again = desk.member.get("/help/apply/hardship").text
    assert "户口簿.webp" in again
    assert STORY in again or field == "description"
    assert [row.state for row in rows(desk, Case)] == ["draft"]
    assert rows(desk, Message) == []


PATH = "/help/apply/hardship"
SAVED_ELSEWHERE = "已在其他窗口或设备上改动"


def opened(desk) -> dict[str, str]:
    """The form of a page that has just been opened."""
    return {**hidden_fields(desk.member, PATH), "action": "save"}


def test_two_pages_of_one_draft_do_not_write_over_each_other(desk):
    phone, computer = opened(desk), opened(desk)
    assert desk.send({**computer, "description": "电脑上写的"}).status_code == 302
    assert desk.member.post(f"{PATH}/draft", data={**phone, "description": "手机上写的"}).status_code == 422
    answer = desk.send({**phone, "description": "手机上写的"})
    assert answer.status_code == 409
    for text in (SAVED_ELSEWHERE, "电脑上写的", "手机上写的"):
        assert text in answer.text
    assert "电脑上写的" in desk.member.get(PATH).text
    again = typed(answer.text, PATH, action="save")
    assert desk.send(again).status_code == 302
    assert "手机上写的" in desk.member.get(PATH).text


def test_one_page_saves_as_often_as_it_likes(desk):
    page = opened(desk)
    for text in ("第一稿", "第二稿", "第二稿"):
        assert desk.member.post(f"{PATH}/draft", data={**page, "description": text}).status_code == 200
    assert desk.send({**page, "description": "第三稿"}).status_code == 302
    assert desk.send({**opened(desk), "description": "第四稿"}).status_code == 302


def test_the_same_text_from_two_pages_is_no_conflict(desk):
    phone, computer = opened(desk), opened(desk)
    for page in (phone, computer):
        assert desk.send({**page, "description": "一样的话"}).status_code == 302


def test_missing_papers_are_named_at_their_place(desk):
    form = desk.form()
    del form["paper_household"]
    answer = desk.send(form)
    assert answer.status_code == 422
    assert 'id="error-paper_household"' in answer.text
    assert "工资单.pdf" in answer.text


def test_all_missing_papers_are_named_at_once_beside_whatever_else_is_wrong(desk):
    form = desk.form(consent="", own_income="")
    del form["paper_household"], form["paper_income"]
    answer = desk.send(form)
    assert answer.status_code == 422
    for place in ("paper_household", "paper_income", "own_income"):
        assert f'id="error-{place}"' in answer.text, place


def test_draft_keeps_even_what_is_wrong_until_the_member_comes_back(desk):
    desk.send(desk.form(action="save", own_income="大约三千"))
    page = desk.member.get("/help/apply/hardship").text
    assert "大约三千" in page
    assert "户口簿.webp" in page


def test_draft_is_saved_as_one_types(desk):
    form = desk.form()
    typed = {name: value for name, value in form.items() if not name.startswith("paper_")}
    answer = desk.member.post("/help/apply/hardship/draft", data=typed)
    assert answer.status_code == 200
    assert "保存" in answer.text
    assert STORY in desk.member.get("/help/apply/hardship").text
    assert rows(desk, Case)[0].state == "draft"


def test_form_sent_twice_is_one_application_with_one_notice(desk):
    form = desk.form(uuid7(), amount_requested="500")
    for name in ("paper_household", "paper_income"):
        del form[name]
    first, second = (desk.send(dict(form), "seasonal") for _ in range(2))
    assert first.location == second.location
    assert len(rows(desk, Case)) == 1
    assert [row.kind for row in rows(desk, Message)] == ["help.received"]


@pytest.mark.parametrize("is_same_page", [True, False])
def test_words_typed_on_after_handing_in_elsewhere_are_given_back(desk, is_same_page):
    once, words = uuid7(), f"{STORY} 提交之后又补充的一段话，不能悄悄丢掉。"
    form = desk.form(once, amount_requested="500")
    for name in ("paper_household", "paper_income"):
        del form[name]
    assert desk.send(dict(form), "seasonal").status_code == 302
    later = form | {"description": words} | ({} if is_same_page else {"_once": str(uuid7())})
    answer = desk.send(later, "seasonal")
    assert answer.status_code == 409
    assert "没有计入" in answer.text
    assert escape(words) in answer.text


def test_form_sent_eight_times_at_once_is_one_application_with_one_notice(desk):
    form = desk.form(uuid7(), amount_requested="500")
    for name in ("paper_household", "paper_income"):
        del form[name]
    answers, start = [], threading.Barrier(8)
    cookies = desk.member

    def send() -> None:
        browser = desk.world.client(desk.zone)
        browser._cookies = dict(cookies._cookies)
        start.wait()
        answers.append(browser.post("/help/apply/seasonal", data=form).status_code)

    threads = [threading.Thread(target=lambda: _in_context(desk, send)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answers) == {302: 8}
    assert [row.state for row in rows(desk, Case)] == ["submitted"]
    assert [row.kind for row in rows(desk, Message)] == ["help.received"]


def _in_context(desk, work) -> None:
    with desk.world.app.app_context():
        work()


def test_two_members_get_two_numbers(desk, world):
    desk.submitted()
    desk.member = world.client(desk.zone, world.member(desk.zone))
    desk.submitted()
    assert len({row.number for row in rows(desk, Case)}) == 2


def test_same_paper_sent_again_is_kept_once(desk):
    for _ in range(2):
        desk.send(desk.form(action="upload"))
    assert sorted(row.paper for row in rows(desk, CaseDocument)) == ["household", "income"]


def test_second_open_application_of_a_kind_leads_to_the_first(desk):
    first = desk.submitted()
    assert desk.member.get("/help/apply/seasonal").location.endswith(str(first))


def test_unknown_kind_is_not_found(desk):
    assert desk.member.get("/help/apply/lottery").status_code == 404


BAD_FILES = {
    "empty": b"",
    "text": "我是文本".encode(),
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "executable": b"MZ\x90\x00" + b"\x00" * 200,
    "elf": b"\x7fELF" + b"\x00" * 200,
    "zip": b"PK\x03\x04" + b"\x00" * 200,
    "office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "php in a picture's clothes": b"GIF89a<?php system($_GET[1]); ?>",
    "cut picture": picture()[:120],
    "picture's head only": b"\xff\xd8\xff\xe0",
    "png head and nonsense": b"\x89PNG\r\n\x1a\n" + b"nonsense" * 20,
    "webp head and nonsense": b"RIFF\x10\x00\x00\x00WEBPnonsense",
    "pdf head only": b"%PDF-1.4\n",
    "pdf without an end": PDF.replace(b"%%EOF", b""),
    "pdf of no version": PDF.replace(b"%PDF-1.4", b"%PDF-9.9"),
    "pdf behind something else": b"<html>" + PDF,
    "pdf with a script": PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (x) >> /Type"),
    "pdf that starts a program": PDF.replace(b"/Type", b"/OpenAction << /S /Launch >> /Type"),
    "pdf with files inside": PDF.replace(b"/Type", b"/Names << /EmbeddedFiles 2 0 R >> /Type"),
    "pdf with a form that sends": PDF.replace(b"/Type", b"/AA << /S /SubmitForm >> /Type"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_file_that_is_not_what_it_should_be_is_refused_and_the_good_one_kept(desk, name):
    form = desk.form(paper_income=(io.BytesIO(BAD_FILES[name]), "收入证明.pdf"))
    answer = desk.send(form)
    assert answer.status_code == 422
    assert 'id="error-paper_income"' in answer.text
    assert "收入证明.pdf" in answer.text
    assert [row.paper for row in rows(desk, CaseDocument)] == ["household"]


def test_file_beyond_ten_megabytes_is_refused(world):
    with pytest.raises(PaperRefused):
        clean_paper(PDF[:-6] + b" " * PAPERS.most_bytes + b"%%EOF", "大.pdf")


def test_the_form_says_beforehand_what_it_takes(desk):
    page = desk.member.get("/help/apply/hardship").text
    assert "JPEG、PNG、WebP、GIF或PDF，每个不超过 10 MB，最多 20 个文件" in page
    assert "20 至 2000 字" in page
    english = desk.member.get("/help/apply/hardship", headers={"Accept-Language": "en", "Cookie": "hall_locale=en"})
    assert "JPEG, PNG, WebP, GIF, or PDF, up to 10 MB each, at most 20 files" in english.text
    assert "Write 20 to 2000 characters." in english.text
    field = page.partition('name="paper_household"')[2].partition(">")[0]
    assert f'accept="{PAPERS.accept}"' in field
    assert f'data-most-bytes="{PAPERS.most_bytes}"' in field
    assert 'data-most-files="20"' in field


def test_the_form_says_how_many_are_left_once_some_were_sent(desk):
    desk.send(desk.form(action="save"))
    page = desk.member.get("/help/apply/hardship").text
    assert 'data-most-files="18"' in page
    assert "Bytes" not in page
    assert "1 KB" in page


def photos(number: int) -> list[tuple[io.BytesIO, str]]:
    """Photos of 9 MB, as a phone takes them; each another picture."""
    padding = b"\0" * (9 * MB)
    return [(io.BytesIO(picture(f"hsl({turn * 40}, 90%, 50%)") + padding), f"{turn}.jpg") for turn in range(number)]


def send_large(desk, form):
    """Send a form whose body stays in memory: the test client's own temporary file would never be closed."""
    fields = EnvironBuilder(data=form)
    boundary, body = encode_multipart(MultiDict([*fields.form.items(multi=True), *fields.files.items(multi=True)]))
    answer = desk.member.post(
        "/help/apply/hardship", data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )
    fields.close()
    return answer


def test_four_photos_of_nine_megabytes_arrive_in_one_form(desk):
    answer = send_large(desk, desk.form(paper_household=photos(4)))
    assert answer.status_code == 302, answer.status_code
    assert sorted(row.paper for row in rows(desk, CaseDocument)) == ["household"] * 4 + ["income"]


def test_one_file_too_large_among_others_is_named_at_its_field_and_all_else_is_kept(desk):
    film = (io.BytesIO(b"\0" * (40 * MB)), "录像.mp4")
    answer = send_large(desk, desk.form(paper_household=photos(2), paper_other=film))
    assert answer.status_code == 422
    error = answer.text.partition('id="error-paper_other"')[2].partition("</p>")[0]
    assert "“录像.mp4”超过了 10 MB" in error
    assert STORY in answer.text
    assert sorted(row.paper for row in rows(desk, CaseDocument)) == ["household"] * 2 + ["income"]


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "返回"), ("en", "one step back")])
def test_a_body_beyond_any_sense_names_the_limit_and_the_way_back(desk, language, word):
    desk.member.set_cookie("hall_locale", language, domain=desk.zone.host.partition(":")[0])
    large = {"CONTENT_LENGTH": str(PAPERS.body_bytes + 1)}
    answer = desk.member.post("/help/apply/hardship", data=b"x", environ_overrides=large)
    assert answer.status_code == 413
    assert "202 MB" in answer.text
    assert word in answer.text


def test_a_file_of_another_format_is_told_which_are_taken(desk):
    answer = desk.send(desk.form(paper_income=(io.BytesIO(b"PK\x03\x04" + b"\0" * 200), "工资.docx")))
    assert "“工资.docx”的格式不能使用，请发送 JPEG、PNG、WebP、GIF或PDF" in answer.text


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_are_made_anew_whatever_they_are_called(desk, kind):
    form = desk.form(paper_income=(io.BytesIO(picture("red", kind)), "../../etc/passwd.exe"))
    answer = desk.send(form)
    assert answer.status_code == 302
    assert "passwd.webp" in desk.member.get(answer.location.removesuffix("/result")).text


def test_paper_for_another_kind_is_passed_over(desk):
    form = desk.form(action="save", paper_diagnosis=(io.BytesIO(picture()), "x.jpg"))
    assert desk.send(form).status_code == 302
    assert sorted(row.paper for row in rows(desk, CaseDocument)) == ["household", "income"]


def test_at_most_twenty_papers_are_taken(desk):
    pictures = [(io.BytesIO(picture(f"hsl({turn}, 90%, 50%)")), f"{turn}.jpg") for turn in range(0, 360, 20)]
    desk.send(desk.form(action="save", paper_other=pictures))
    assert len(rows(desk, CaseDocument)) == 20
    answer = desk.send(desk.form(action="save", paper_other=(io.BytesIO(picture("white")), "21.jpg")))
    assert answer.status_code == 422
    assert len(rows(desk, CaseDocument)) == 20


def test_kind_the_zone_has_closed_takes_nothing_new_but_lets_go_on(desk, world):
    case_id = desk.submitted()
    _close_all_kinds(desk)
    assert desk.member.get("/help/apply/hardship").status_code == 404
    assert desk.member.get(f"/help/{case_id}").status_code == 200
    assert desk.member.get("/help/apply/seasonal").status_code == 302


def _close_all_kinds(desk) -> None:
    from app.core.platform import platform
    from tenants.models import Zone, ZoneRevision
    from tenants.revisions import RevisionDocument

    document = RevisionDocument(modules={"help": ModuleChoice(True, {"open_kinds": []})})
    with scope(Plane.STAFF, zone=desk.zone):
        revision = ZoneRevision(number=9, status="superseded", document=document.to_json())
        db.session.add(revision)
        db.session.flush()
        db.session.execute(db.update(Zone).where(Zone.id == desk.zone.id).values(published_revision_id=revision.id))
        db.session.commit()
    platform().registry.forget()
