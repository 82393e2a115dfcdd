"""A case taken out: by staff who read it, for a reason the member is told, and by the member without what is inner."""

import io
import zipfile
from contextlib import closing
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.contacts.tests.examples import visited
from app.casework.file_export.files import safe_member_name
from app.casework.payments.tests.till import CARD, make_till
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.desk import STORY, picture
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

REASON = "移送劳动监察"
INNER = "邻居反映属实"


@pytest.fixture
def case_id(desk):
    answer = desk.send(desk.form())
    found = UUID(answer.location.split("/")[-2])
    desk.step(desk.handler, found, "take")
    page = f"/console/help/{found}"
    desk.handler.post(f"{page}/notes", data={"csrf_token": token(desk.handler, page), "inner_note": INNER})
    return found


def take_out(client, path: str, **typed: str):
    return client.post(f"{path}/file", data={"csrf_token": token(client, path), **typed})


def opened(answer) -> dict[str, bytes]:
    with closing(answer):
        assert answer.status_code == 200, answer.status_code
        assert answer.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}


def entries(desk) -> list[AuditEntry]:
    with scope(Plane.STAFF, zone=desk.zone):
        statement = select(AuditEntry).where(AuditEntry.action == "help.take_out")
        return list(db.session.execute(statement).scalars())


def test_the_handler_takes_all_of_it_out_and_the_member_reads_what_for(desk, case_id):
    files = opened(take_out(desk.handler, f"/console/help/{case_id}", file_reason=REASON))
    page = unescape(files["index.html"].decode()).replace("138 0013 8000", "13800138000")
    for told in (STORY, INNER, "林海燕", "13800138000", "户口簿.webp", "工资单.pdf"):
        assert told in page, told
    papers = [name for name in files if name != "index.html"]
    assert papers == ["papers/01-户口簿.webp", "papers/02-工资单.pdf"]
    assert files[papers[1]].startswith(b"%PDF-")
    assert [entry.detail["stated_reason"] for entry in entries(desk)] == [REASON]
    assert REASON in desk.member.get(f"/help/{case_id}").text or REASON in desk.member.get("/me/looks").text


def test_the_papers_of_staff_are_marked_and_the_members_are_as_they_were_kept(desk, case_id):
    of_staff = opened(take_out(desk.handler, f"/console/help/{case_id}", file_reason=REASON))
    of_member = opened(take_out(desk.member, f"/help/{case_id}"))
    kept = desk.member.get(f"/help/{case_id}").text.rpartition("/documents/")[2][:36]
    assert of_member["papers/02-工资单.pdf"] == desk.member.get(f"/help/{case_id}/documents/{kept}").data
    assert b"/Mark" in of_staff["papers/02-工资单.pdf"]
    assert b"/Mark" not in of_member["papers/02-工资单.pdf"]


def test_the_members_own_copy_has_nothing_inner_and_no_names_of_staff(desk, case_id):
    page = unescape(opened(take_out(desk.member, f"/help/{case_id}"))["index.html"].decode())
    assert STORY in page
    assert INNER not in page
    assert "干部" not in page
    assert entries(desk) == []


def test_messages_letters_and_visits_are_in_it_and_the_visits_are_not_for_the_member(desk, case_id):
    own, page = f"/help/{case_id}", f"/console/help/{case_id}"
    message = {"csrf_token": token(desk.member, own), "_once": str(uuid7()), "message": "这是补充的低保证",
               "message_file": (io.BytesIO(picture()), "低保证.jpg")}  # fmt: skip
    assert desk.member.post(f"{own}/messages", data=message, content_type="multipart/form-data").status_code == 302
    visited(desk.zone, desk.handler, page, case_id)
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="800", note="属实")
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    run_due_events()
    of_staff = opened(take_out(desk.handler, page, file_reason=REASON))
    of_member = opened(take_out(desk.member, own))
    for files in (of_staff, of_member):
        assert "这是补充的低保证" in files["index.html"].decode()
        assert files["messages/01-低保证.webp"]
        letters = [name for name in files if name.startswith("letters/")]
        assert [name.split()[-1] for name in letters] == ["审批决定书.pdf", "Decision.pdf"]
        assert "审批决定书 (中文)" in files["index.html"].decode()
        assert all(files[name].startswith(b"%PDF-") for name in letters)
    assert "家中陈设简陋" in of_staff["index.html"].decode()
    assert "家中陈设简陋" not in of_member["index.html"].decode()
    assert [name.partition("/")[0] for name in of_staff].count("photos") == 1
    assert "photos" not in [name.partition("/")[0] for name in of_member]
    assert of_staff["messages/01-低保证.webp"] != of_member["messages/01-低保证.webp"]


def test_money_figures_tasks_and_the_rating_are_in_it_and_tasks_are_not_for_the_member(desk, case_id):
    own, page = f"/help/{case_id}", f"/console/help/{case_id}"
    task = {"csrf_token": token(desk.handler, page), "_once": str(uuid7()), "title": "核对低保证", "assignee": str(desk.find(case_id).handler_id),
            "due_on": str(today_in_china() + timedelta(days=1))}  # fmt: skip
    assert desk.handler.post(f"{page}/tasks", data=task).status_code == 302
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="800", note="属实")
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    till = make_till(desk)
    assert till.tell(case_id, account_holder=desk.person.name).status_code == 302
    rating = {"csrf_token": token(desk.member, own), "stars": "5", "rating_words": "办得又快又好"}
    assert desk.member.post(f"{own}/rating", data=rating).status_code == 302
    of_staff = unescape(opened(take_out(desk.handler, page, file_reason=REASON))["index.html"].decode())
    of_member = unescape(opened(take_out(desk.member, own))["index.html"].decode())
    for page_of_file in (of_staff, of_member):
        for said in (till.order(case_id).number, "海城银行霞山支行", "办得又快又好", "困难测算"):
            assert said in page_of_file, said
    assert (CARD in of_staff, CARD in of_member) == (False, True)
    assert ("核对低保证" in of_staff, "核对低保证" in of_member) == (True, False)


@pytest.mark.parametrize("reason", ["", " ", "要"])
def test_without_a_reason_nothing_is_taken_out_and_what_was_typed_stays(desk, case_id, reason):
    answer = take_out(desk.handler, f"/console/help/{case_id}", file_reason=reason)
    assert answer.status_code == 422
    assert 'id="error-file_reason"' in answer.text
    assert entries(desk) == []


def test_who_does_not_read_the_case_takes_nothing_out(desk, world, case_id):
    own = f"/console/help/{case_id}"
    stranger = world.client(desk.zone, world.member(desk.zone))
    csrf = token(desk.colleague, "/console/help/")
    refused = desk.colleague.post(f"{own}/file", data={"csrf_token": csrf, "file_reason": REASON})
    assert refused.status_code in (403, 404)
    csrf = token(stranger, "/help/apply/seasonal")
    assert stranger.post(f"/help/{case_id}/file", data={"csrf_token": csrf}).status_code == 404
    assert entries(desk) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("户口簿.webp", "papers/01-户口簿.webp"),
        ("../../etc/passwd.pdf", "papers/01-passwd.pdf"),
        ('a<b>:"|?*.pdf', "papers/01-a_b_.pdf"),
        ("a\\b\0c\r\n.pdf", "papers/01-a_b_c_.pdf"),
        ("...", "papers/01-paper"),
        ("长" * 300 + ".webp", f"papers/01-{'长' * 60}.webp"),
    ],
)
def test_names_in_the_archive_are_files_names_everywhere(name, safe):
    assert safe_member_name(1, name) == safe
