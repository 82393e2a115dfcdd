"""A decision is told in a letter, in both languages, once, to who may read the case."""

import io
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.casework.issuing.models import CaseLetter
from app.casework.issuing.operations import issue_letter
from app.core.files import read_file
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.desk import Desk, make_desk
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of


@pytest.fixture
def desk(world) -> Desk:
    return make_desk(world)


def letters(desk, case_id) -> dict[str, tuple[CaseLetter, str]]:
    """By language, the row and the words of the PDF without their line breaks."""
    with scope(Plane.WORKER, zone=desk.zone):
        rows = db.session.scalars(select(CaseLetter).where(CaseLetter.case_id == case_id)).all()
        return {row.locale: (row, _words(read_file(row.file_id)[1])) for row in rows}


def _words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def decide(desk, action: str, **inputs: str):
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, action, **inputs).status_code == 302
    run_due_events()
    return case_id


def test_a_refusal_is_written_in_both_languages_with_its_reasons_and_the_day_to_appeal_by(desk):
    case_id = decide(desk, "refuse", reason="同一事由今年已获救助。")
    written = letters(desk, case_id)
    assert set(written) == {"zh_CN", "en"}
    row, words = written["zh_CN"]
    for said in (
        "不予批准决定书",
        desk.find(case_id).number,
        "林海燕",
        "同一事由今年已获救助。",
        "提出申诉",
        row.check_code,
    ):
        assert said in words, said
    assert "Refusal of your application" in written["en"][1]


def test_a_grant_names_the_amount_in_figures_and_in_words(desk):
    written = letters(desk, decide(desk, "approve", amount_granted="800", reason="按年度限额核减"))
    assert "按年度限额核减" in written["zh_CN"][1]
    assert "人民币捌佰元整" in written["zh_CN"][1]
    assert "800.00" in written["zh_CN"][1]
    assert "andwegrantyouCN¥800.00." in "".join(written["en"][1].split())


def test_a_letter_is_written_once_however_often_the_worker_tries(desk):
    case_id = decide(desk, "refuse", reason="同一事由今年已获救助。")
    before = {locale: row.id for locale, (row, _words) in letters(desk, case_id).items()}
    with scope(Plane.WORKER, zone=desk.zone):
        event_id = db.session.scalars(select(CaseLetter.event_id).where(CaseLetter.case_id == case_id)).first()
        assert event_id is not None
        issue_letter(event_id, None, None)
        db.session.commit()
    assert {locale: row.id for locale, (row, _words) in letters(desk, case_id).items()} == before


def test_member_and_handler_save_the_letter_and_nobody_else_does(desk, world):
    case_id = decide(desk, "refuse", reason="同一事由今年已获救助。")
    letter = letters(desk, case_id)["zh_CN"][0]
    path = f"/help/{case_id}/letters/{letter.id}"
    assert letter.check_code in desk.member.get(f"/help/{case_id}").text
    for client, address in ((desk.member, path), (desk.handler, f"/console{path}")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Cache-Control"] == "private, no-store"
    stranger = world.client(desk.zone, world.member(desk.zone))
    assert stranger.get(path).status_code == 404
    other = world.zone()
    assert world.client(other, world.staff(other, "caseworker")).get(f"/console{path}").status_code == 404
    assert desk.colleague.get(f"/console{path}").status_code in (403, 404)


def test_a_letter_of_another_case_is_not_found_beneath_this_one(desk, world):
    first = decide(desk, "refuse", reason="同一事由今年已获救助。")
    mine, desk.member = desk.member, world.client(desk.zone, world.member(desk.zone))
    second = decide(desk, "refuse", reason="同一事由今年已获救助。")
    letter = letters(desk, first)["zh_CN"][0]
    assert mine.get(f"/help/{first}/letters/{letter.id}").status_code == 200
    assert desk.member.get(f"/help/{second}/letters/{letter.id}").status_code == 404


def appealed(desk) -> UUID:
    """A refusal the member has appealed."""
    case_id = decide(desk, "refuse", reason="同一事由今年已获救助。")
    csrf = token_of(desk.member, f"/help/{case_id}")
    sent = desk.member.post(f"/help/{case_id}/appeal", data={"csrf_token": csrf, "reason": "两次住院不是同一事由。"})
    assert sent.status_code == 302
    return case_id


@pytest.mark.parametrize(
    ("action", "inputs", "said"),
    [
        ("uphold", {"reason": "复核属实，维持原决定。"}, ("维持原决定", "最终答复", "复核属实")),
        (
            "change",
            {"amount_granted": "600", "reason": "两次住院事由不同。"},
            ("变更原决定", "人民币陆佰元整", "最终答复"),
        ),
    ],
)
def test_a_decision_on_an_appeal_gets_a_letter_of_its_own_that_can_not_be_appealed(desk, world, action, inputs, said):
    case_id = appealed(desk)
    third = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert desk.step(third, case_id, action, **inputs).status_code == 302
    run_due_events()
    with scope(Plane.WORKER, zone=desk.zone):
        rows = db.session.scalars(
            select(CaseLetter).where(CaseLetter.case_id == case_id).order_by(CaseLetter.issued_at)
        ).all()
        words = [_words(read_file(row.file_id)[1]) for row in rows if row.locale == "zh_CN"]
    assert len(words) == 2
    for each in ("申诉复核决定书", *said):
        assert each in words[1], each


def decided_on_appeal(desk, world, action: str, **inputs: str) -> UUID:
    case_id = appealed(desk)
    third = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert desk.step(third, case_id, action, **inputs).status_code == 302
    run_due_events()
    return case_id


CHANGED = {"amount_granted": "600", "reason": "两次住院事由不同。"}


def test_each_letter_is_called_by_what_it_decides_in_lists_and_as_a_file(desk, world):
    case_id = decided_on_appeal(desk, world, "change", **CHANGED)
    pages = desk.member.get(f"/help/{case_id}").text, desk.handler.get(f"/console/help/{case_id}").text
    for page in pages:
        for title in ("不予批准决定书 (中文)", "不予批准决定书 (English)", "申诉复核决定书（变更原决定） (中文)"):
            assert title in page, title
    names = {row.locale: read(desk, row) for row in rows(desk, case_id)[:2]}
    number = desk.find(case_id).number
    assert names == {"zh_CN": f"{number} 不予批准决定书.pdf", "en": f"{number} Refusal.pdf"}


def rows(desk, case_id) -> list[CaseLetter]:
    """The first decision's letters come first."""
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(CaseLetter).where(CaseLetter.case_id == case_id)
        return list(db.session.scalars(found.order_by(CaseLetter.event_id, CaseLetter.locale.desc())))


def read(desk, row: CaseLetter) -> str:
    with scope(Plane.WORKER, zone=desk.zone):
        return read_file(row.file_id)[0].name


def test_a_changed_decision_takes_the_place_of_the_first_one_and_the_page_leads_there(desk, world):
    case_id = decided_on_appeal(desk, world, "change", **CHANGED)
    former, _in_english, holds, _too = rows(desk, case_id)
    member, staff = desk.member.get(f"/help/{case_id}").text, desk.handler.get(f"/console/help/{case_id}").text
    assert member.count("此文书已被新的文书取代") == 2
    assert f'href="/help/{case_id}/letters/{holds.id}"' in member.split("此文书已被新的文书取代")[0].rsplit("<a", 1)[-1]
    assert staff.count("已被取代") == 2
    assert f'href="#letter-{holds.id}"' in staff
    assert f'id="letter-{holds.id}"' in staff
    assert f'href="#letter-{former.id}"' not in staff


def test_a_decision_that_stands_is_not_replaced(desk, world):
    case_id = decided_on_appeal(desk, world, "uphold", reason="复核属实，维持原决定。")
    for page in (desk.member.get(f"/help/{case_id}").text, desk.handler.get(f"/console/help/{case_id}").text):
        assert "申诉复核决定书（维持原决定）" in page
        assert "取代" not in page
