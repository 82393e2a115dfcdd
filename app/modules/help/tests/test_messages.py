"""Members and their case handlers write to each other on the page of the case."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.casework.conversation.models import CaseMessage
from app.casework.conversation.operations import MOST_A_DAY, write_as_member, write_as_staff
from app.casework.deadlines import count_waiting_for
from app.casework.errors import OwnCase
from app.casework.models import Case
from app.core.audit import AuditEntry
from app.core.clock import now
from app.core.files import StoredFile
from app.core.platform import platform
from app.identity.roles import permissions_of
from app.modules.help.tests.desk import PDF, picture
from app.modules.help.tests.test_workflow import inbox
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

WORDS = "低保证明要原件吗？"
REPLY = "复印件即可。"


def send(client, path: str, words: str = WORDS, once: UUID | None = None, **more):
    csrf = token(client, path)
    data = {"csrf_token": csrf, "_once": str(once or uuid7()), "message": words, **more}
    return client.post(f"{path}/messages", data=data, content_type="multipart/form-data")


@pytest.fixture
def taken(desk) -> UUID:
    case_id = desk.submitted()
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    return case_id


def messages(desk) -> list[CaseMessage]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(CaseMessage).order_by(CaseMessage.id)).scalars())


def change(desk, case_id: UUID, **columns) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(**columns))
        db.session.commit()


def actor_of(desk, account_id: UUID) -> Actor:
    with scope(Plane.STAFF, zone=desk.zone):
        path = desk.zone.union_path
        return Actor(account_id, None, "", permissions_of([("caseworker", path)], path, platform().modules))


def test_member_and_handler_write_to_each_other(desk, taken):
    own, at_the_desk = f"/help/{taken}", f"/console/help/{taken}"
    assert send(desk.member, own).status_code == 302
    for path in ("/console/help/", "/console/help/?state=news"):
        queue = desk.handler.get(path).text
        assert "新留言</span>" in queue
        assert "1 件个案有新留言" in queue
    page = desk.handler.get(at_the_desk).text
    assert WORDS in page
    assert "新留言</span>" not in desk.handler.get("/console/help/").text
    assert str(taken) not in desk.handler.get("/console/help/?state=news").text

    assert send(desk.handler, at_the_desk, REPLY).status_code == 302
    first, second = desk.member.get(own).text, desk.member.get(own).text
    assert REPLY in first
    assert "经办人员" in first
    assert desk.find(taken).handler_name not in first
    assert first.partition('id="messages"')[2].count("新</span>") == 1
    assert "新</span>" not in second.partition('id="messages"')[2]
    assert "已读" in second.partition('id="messages"')[2]


def test_the_member_is_told_that_there_is_a_message_and_not_what_it_says(desk, taken):
    own, at_the_desk = f"/help/{taken}", f"/console/help/{taken}"
    send(desk.handler, at_the_desk, REPLY)
    send(desk.handler, at_the_desk, "还有一件事。")
    told = [params for kind, params in inbox(desk) if kind == "help.message"]
    assert len(told) == 1, "while one is unread, nobody is told of the next"
    assert REPLY not in str(told)
    desk.member.get(own)
    send(desk.handler, at_the_desk, "已收到。")
    assert len([kind for kind, _ in inbox(desk) if kind == "help.message"]) == 2


def test_messages_are_sealed_and_no_words_are_in_the_trail(desk, taken):
    send(desk.member, f"/help/{taken}")
    (message,) = messages(desk)
    assert WORDS.encode() not in message.body_cipher
    with scope(Plane.STAFF, zone=desk.zone):
        entries = list(
            db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.write_message")).scalars()
        )
    assert len(entries) == 1
    assert WORDS not in str(entries[0].detail)


def test_the_same_form_sent_twice_is_one_message_and_other_words_are_told(desk, taken):
    once = uuid7()
    for _twice in range(2):
        assert send(desk.member, f"/help/{taken}", once=once).status_code == 302
    assert len(messages(desk)) == 1
    answer = send(desk.member, f"/help/{taken}", "换了说法", once=once)
    assert answer.status_code == 409
    assert "换了说法" in answer.text
    assert len(messages(desk)) == 1


def test_a_form_for_one_case_sends_nothing_to_another(desk, taken):
    papers = {f"paper_{key}": (io.BytesIO(picture()), "证明.jpg") for key in ("household", "income")}
    other = desk.submitted("hardship", own_income="2800", **papers)
    send(desk.member, f"/help/{taken}", once=(once := uuid7()))
    assert send(desk.member, f"/help/{other}", once=once).status_code == 404
    assert len(messages(desk)) == 1


@pytest.mark.parametrize("words", ["", "短", "长" * 2001])
def test_a_message_of_a_wrong_length_is_shown_again(desk, taken, words):
    for client, path in ((desk.member, f"/help/{taken}"), (desk.handler, f"/console/help/{taken}")):
        answer = send(client, path, words)
        assert answer.status_code == 422
        assert words in answer.text
    assert messages(desk) == []


def test_a_message_stays_new_until_its_handler_reads_it(desk, taken):
    send(desk.member, f"/help/{taken}")
    desk.step(desk.handler, taken, "recommend", recommendation="refuse", note="不符合条件")
    send(desk.member, f"/help/{taken}", "还有一个问题。")
    assert "还有一个问题。" in desk.admin.get(f"/console/help/{taken}").text
    handler_id = desk.find(taken).handler_id
    with scope(Plane.STAFF, zone=desk.zone):
        before = count_waiting_for(actor_of(desk, handler_id), "help")
    assert before == 1
    desk.handler.get(f"/console/help/{taken}")
    with scope(Plane.STAFF, zone=desk.zone):
        assert count_waiting_for(actor_of(desk, handler_id), "help") == 0


def test_messages_of_others_are_nobody_elses(desk, world, taken):
    stranger = world.client(desk.zone, world.member(desk.zone))
    csrf = token(stranger, "/help/apply/hardship")
    data = {"csrf_token": csrf, "_once": str(uuid7()), "message": WORDS}
    assert stranger.post(f"/help/{taken}/messages", data=data).status_code == 404
    assert messages(desk) == []


def test_nobody_writes_to_a_draft_or_long_after_the_end(desk, taken):
    desk.send(desk.form(draft := uuid7(), action="save"), "hardship")
    csrf = token(desk.member, "/help/apply/hardship")
    data = {"csrf_token": csrf, "_once": str(uuid7()), "message": WORDS}
    assert desk.member.post(f"/help/{draft}/messages", data=data).status_code == 404
    change(desk, taken, state="withdrawn", phase="withdrawn", due_at=None, closed_at=now() - timedelta(days=29))
    assert send(desk.member, f"/help/{taken}").status_code == 302
    change(desk, taken, closed_at=now() - timedelta(days=31))
    for client, path in ((desk.member, f"/help/{taken}"), (desk.handler, f"/console/help/{taken}")):
        page = client.get(path).text
        assert WORDS in page
        assert "不能" in page or "只能查看" in page
        assert f'action="{path}/messages"' not in page
        answer = send(client, path, "还在吗")
        assert answer.status_code == 409
        assert "还在吗" in answer.text
    assert len(messages(desk)) == 1


def test_nobody_floods_a_case(desk, taken):
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        for number in range(MOST_A_DAY):
            write_as_member(member, taken, uuid7(), f"第 {number} 条")
        db.session.commit()
    answer = send(desk.member, f"/help/{taken}", "再来一条")
    assert answer.status_code == 429
    assert "再来一条" in answer.text
    assert len(messages(desk)) == MOST_A_DAY
    assert send(desk.handler, f"/console/help/{taken}", REPLY).status_code == 302, "each side has its own limit"


@pytest.mark.parametrize(("data", "name"), [(picture(), "证明.jpg"), (PDF, "证明.pdf")])
def test_a_picture_or_pdf_goes_with_a_message(desk, world, taken, data, name):
    own, at_the_desk = f"/help/{taken}", f"/console/help/{taken}"
    assert send(desk.member, own, message_file=(io.BytesIO(data), name)).status_code == 302
    (message,) = messages(desk)
    assert "证明." in desk.handler.get(at_the_desk).text
    for client, path in ((desk.member, own), (desk.handler, at_the_desk)):
        answer = client.get(f"{path}/messages/{message.id}/file")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    with scope(Plane.WORKER, zone=desk.zone):
        stored = db.session.execute(select(StoredFile).where(StoredFile.id == message.file_id)).scalar_one()
    assert (stored.visibility, stored.is_encrypted, stored.member_id) == ("personal", True, desk.person.member_id)
    stranger = world.client(desk.zone, world.member(desk.zone))
    assert stranger.get(f"{own}/messages/{message.id}/file").status_code == 404


def test_a_file_that_is_neither_is_refused_and_the_words_stay(desk, taken):
    answer = send(desk.member, f"/help/{taken}", message_file=(io.BytesIO(b"MZ\x90\x00"), "病毒.exe"))
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert messages(desk) == []


def test_a_file_of_another_case_is_not_found_under_this_one(desk, taken):
    other = desk.submitted("hardship", paper_household=(io.BytesIO(picture()), "户口簿.jpg"),
                           paper_income=(io.BytesIO(PDF), "工资单.pdf"))  # fmt: skip
    send(desk.member, f"/help/{taken}", message_file=(io.BytesIO(picture()), "证明.jpg"))
    (message,) = messages(desk)
    assert desk.member.get(f"/help/{other}/messages/{message.id}/file").status_code == 404
    desk.step(desk.handler, other, "take")
    assert desk.handler.get(f"/console/help/{other}/messages/{message.id}/file").status_code == 404


def test_the_look_at_a_file_is_recorded(desk, taken):
    send(desk.member, f"/help/{taken}", message_file=(io.BytesIO(picture()), "证明.jpg"))
    (message,) = messages(desk)
    desk.handler.get(f"/console/help/{taken}/messages/{message.id}/file")
    with scope(Plane.STAFF, zone=desk.zone):
        seen = list(db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.read_paper")).scalars())
    assert [entry.subject_member_id for entry in seen] == [desk.person.member_id]


@pytest.mark.parametrize("plane", [Plane.MEMBER, Plane.STAFF])
def test_nobody_writes_in_the_name_of_the_other_side(desk, taken, plane):
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    other = "staff" if plane is Plane.MEMBER else "member"
    with scope(plane, zone=desk.zone, actor=member):
        db.session.add(CaseMessage(zone_id=desk.zone.id, id=uuid7(), case_id=taken, member_id=desk.person.member_id,
                                   author=other, body_cipher=b"x"))  # fmt: skip
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_who_is_kept_from_a_case_sees_neither_its_messages_nor_their_files(desk, taken):
    send(desk.member, f"/help/{taken}", message_file=(io.BytesIO(picture()), "证明.jpg"))
    for kept_from, seen in (([], 1), ([desk.zone.union_path], 0)):
        change(desk, taken, blind_paths=kept_from)
        with scope(Plane.STAFF, zone=desk.zone, actor=Actor(uuid7(), None, "", ties=frozenset({desk.zone.union_path}))):
            files = select(StoredFile.id).where(StoredFile.purpose == "casework.message")
            assert len(db.session.execute(select(CaseMessage.id)).all()) == seen
            assert len(db.session.execute(files).all()) == seen


def test_staff_never_write_on_a_case_of_their_own(desk, taken):
    person = Actor(desk.person.account_id, desk.person.member_id, "", frozenset({"help.review"}))
    with scope(Plane.STAFF, zone=desk.zone, actor=person), pytest.raises(OwnCase):
        write_as_staff(person, taken, uuid7(), REPLY)
