"""A fee is claimed by the lawyer who did the work, once, and decided on by somebody else."""

import io
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.casework.errors import ConflictOfInterest, OwnCase
from app.casework.models import Case, CaseEvent
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.errors import DomainError
from app.core.files import StoredFile
from app.core.outbox import OutboxEvent
from app.modules.legal_aid.fees import claiming, deciding, queries
from app.modules.legal_aid.fees.errors import PartInTheClaim
from app.modules.legal_aid.fees.models import FeeClaim, FeeReceipt
from app.modules.legal_aid.fees.queries import find_live
from app.modules.legal_aid.fees.standards import Work, claim_within
from app.modules.legal_aid.fees.states import APPROVE
from app.modules.legal_aid.fees.tests.office import PAGE, TOLD
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.hearings.tests.test_hearings import was_set
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.tests.test_leaving import end_term
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Person


def notes(office, case_id) -> list[str]:
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        found = select(CaseEvent.action).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return [action for action in db.session.scalars(found) if action.endswith("_fee")]


def test_a_fee_is_claimed_approved_and_every_line_is_shown(office):
    case_id = office.over()
    assert office.panel.desk.find(case_id).number in office.lawyer.browser.get(PAGE).text
    claim_id = office.begun(case_id)
    page = f"{PAGE}/{claim_id}"
    assert office.write(claim_id, receipts=2, travel="620").status_code == 302
    shown = office.lawyer.browser.get(page).text
    for text in (
        "整项补贴",
        "¥1,500.00",
        "3.5 小时 × ¥100.00",
        "¥350.00",
        "¥620.00",
        "差旅费按上限计",
        "¥500.00",
        "¥2,350.00",
        "演示数据",
    ):
        assert text in shown
    desk_page = office.approver.get(f"/console/legal_aid/fees/{claim_id}").text
    assert "¥2,350.00" in desk_page
    assert TOLD in desk_page
    assert office.act(office.approver, claim_id, "approve").status_code == 302
    claim = office.find(claim_id)
    assert (claim.state, claim.amount_cents, claim.decided_by) == (
        "approved",
        235_000,
        office.people["approver"].account_id,
    )
    assert TOLD.encode() not in bytes(claim.told_cipher or b"")
    assert notes(office, case_id) == ["claim_fee", "approve_fee"]
    assert "律师补贴" in office.panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "补贴" not in office.panel.desk.member.get(f"/legal_aid/{case_id}").text
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        told = db.session.scalars(
            select(OutboxEvent.dedupe_key).where(OutboxEvent.kind == "legal_aid.tell_lawyer")
        ).all()
    assert [key for key in told if "approve_fee" in key]


def test_a_draft_survives_and_nobody_else_sees_it(office):
    claim_id = office.begun(office.over())
    assert office.write(claim_id, "save", told="写到一半", hours="1.5").status_code == 302
    assert "写到一半" in office.lawyer.browser.get(f"{PAGE}/{claim_id}").text
    assert office.approver.get(f"/console/legal_aid/fees/{claim_id}").status_code == 404
    assert office.lawyer.name not in office.approver.get("/console/legal_aid/fees").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"told": ""}, "请先填写工作内容"),
        ({"travel": "50"}, "请至少上传一张票据"),
        ({"hours": "1.3"}, "可填半小时"),
        ({"travel": "很多"}, "元"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office, changed, said):
    claim_id = office.begun(office.over())
    answer = office.write(claim_id, **{"hours": "7.5", **changed})
    assert answer.status_code == 422
    assert said in answer.text
    for value in changed.values():
        assert value in answer.text
    assert office.find(claim_id).state == "draft"
    again = office.write(claim_id, hours="7.5", receipts=1)
    assert again.status_code == 302, "the page that was refused can't be sent again"


def test_what_misses_for_a_claim_keeps_what_was_written_and_its_receipts(office):
    claim_id = office.begun(office.over())
    assert office.write(claim_id, told="", receipts=1, travel="40").status_code == 422
    claim = office.find(claim_id)
    assert (claim.state, claim.travel_cents) == ("draft", 4000)
    assert "车票0" in office.lawyer.browser.get(f"{PAGE}/{claim_id}").text


def test_advice_without_hours_comes_to_nothing(office):
    claim_id = office.begun(office.over(), "consultation")
    answer = office.write(claim_id, hours="")
    assert answer.status_code == 422
    assert "金额为零" in answer.text


def test_work_that_is_not_done_is_not_claimed(office):
    desk, case_id = office.panel.desk, office.panel.desk.under_way()
    office.panel.accepted(case_id, office.lawyer)
    assert office.begin(case_id).status_code == 409
    hearing_id = was_set(office.panel, case_id)
    assert office.begin(case_id).status_code == 409
    with scope(Plane.WORKER, zone=desk.zone):
        held = {"starts_at": now() + timedelta(minutes=1), "stage": "arbitration", "outcome_cipher": b"x"}
        db.session.execute(update(Hearing).where(Hearing.id == hearing_id).values(**held))
        db.session.execute(update(Assignment).values(accepted_at=now() - timedelta(days=2)))
        db.session.commit()
    assert office.begin(case_id).status_code == 302
    assert office.begin(case_id, "consultation").status_code == 409


def test_a_work_is_claimed_once_and_anew_after_it_was_withdrawn(office):
    case_id = office.over()
    claim_id = office.claimed(case_id)
    assert office.begun(case_id) == claim_id
    assert f'value="{Work.ARBITRATION}"' not in office.lawyer.browser.get(PAGE).text
    page = f"{PAGE}/{claim_id}"
    assert office.lawyer.post(f"{page}/withdraw", page, _seen=office.find(claim_id).mark).status_code == 302
    assert office.begun(case_id) != claim_id
    assert len(office.claims()) == 2
    refused = office.claimed(office.over())
    assert office.act(office.approver, refused, "refuse", refuse_reason="与标准不符").status_code == 302
    assert office.begun(office.find(refused).case_id) == refused


def test_two_tabs_begin_one_claim(app, office):
    case_id, actor = office.over(), office.actor("lawyer")
    assignment_id, barrier, made = office.panel.assignments(case_id)[-1].id, Barrier(2), []

    def begin() -> None:
        with app.app_context(), scope(Plane.STAFF, zone=office.panel.desk.zone, actor=actor):
            assert find_live(actor, case_id, Work.ARBITRATION) is None
            db.session.rollback()
            barrier.wait()
            made.append(claiming.begin_claim(actor, assignment_id, Work.ARBITRATION).id)
            db.session.commit()

    tabs = [Thread(target=begin) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(made) == 2
    assert len(set(made)) == len(office.claims()) == 1


def test_the_database_keeps_one_claim_of_a_work(office):
    claim = office.find(office.claimed())
    copied = {column.name: getattr(claim, column.name) for column in FeeClaim.__table__.columns if column.name != "id"}
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.add(
            FeeClaim(**{**copied, "state": "draft", "claimed_at": None, "amount_cents": None, "standard": None})
        )
        with pytest.raises(Exception, match="legal_aid_fee_claims_once_idx"):
            db.session.flush()


def test_a_claim_sent_twice_is_claimed_once_and_a_stale_page_changes_nothing(office):
    claim_id = office.begun(office.over())
    mark = office.find(claim_id).mark
    for _ in range(2):
        assert office.write(claim_id, receipts=1, _seen=mark).status_code == 302
    assert notes(office, office.find(claim_id).case_id) == ["claim_fee"]
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        assert len(db.session.scalars(select(FeeReceipt)).all()) == 1
    stale = office.write(claim_id, hours="9", _seen=mark)
    assert stale.status_code == 409
    assert TOLD in stale.text
    assert office.find(claim_id).minutes == 210


def test_two_tabs_that_write_do_not_overwrite_each_other(office):
    claim_id = office.begun(office.over())
    mark = office.find(claim_id).mark
    assert office.write(claim_id, "save", hours="2", _seen=mark).status_code == 302
    second = office.write(claim_id, "save", hours="4", told="另一页写的内容", _seen=mark)
    assert second.status_code == 409
    assert "另一页写的内容" in second.text
    assert office.find(claim_id).minutes == 120


def test_a_returned_claim_is_completed_and_keeps_the_standard_of_its_day(office):
    claim_id = office.claimed()
    assert office.act(office.approver, claim_id, "return", return_reason="请补充开庭日期").status_code == 302
    assert "请补充开庭日期" in office.lawyer.browser.get(f"{PAGE}/{claim_id}").text
    note_standard(office)
    assert office.write(claim_id, told="补充：三月五日开庭").status_code == 302
    claim = office.find(claim_id)
    assert (claim.state, claim.amount_cents) == ("claimed", 185_000)
    later = office.claimed(office.over())
    assert office.find(later).amount_cents == 99_900


def note_standard(office, day=None, **changed):
    page = "/console/legal_aid/fees/standards"
    form = {
        "csrf_token": csrf_token(office.panel.desk.admin), "work": "arbitration", "stage": "999", "hour": "0",
        "hours_most": "0", "travel_most": "0", "source": "海城总工会〔2026〕1号", "effective_from": (day or today_in_china()).isoformat(), **changed,
    }  # fmt: skip
    return office.panel.desk.admin.post(page, data=form)


def test_standards_hold_from_their_day_and_are_withdrawn(office):
    ahead = today_in_china() + timedelta(days=1)
    assert note_standard(office, ahead).status_code == 302
    assert note_standard(office, ahead).status_code == 302, "the same one sent twice"
    twice = note_standard(office, ahead, stage="1000")
    assert twice.status_code == 409
    assert "请先撤回" in twice.text
    assert 'value="1000"' in twice.text
    assert office.find(office.claimed()).amount_cents == 185_000, "it holds tomorrow"
    assert note_standard(office, hour="5").status_code == 422
    assert office.approver.get("/console/legal_aid/fees/standards").status_code == 404
    page = "/console/legal_aid/fees/standards"
    shown = office.panel.desk.admin.get(page).text
    path = shown[shown.index(f"{page}/") :].partition('"')[0]
    assert (
        office.panel.desk.admin.post(path, data={"csrf_token": csrf_token(office.panel.desk.admin)}).status_code == 302
    )
    assert "海城总工会〔2026〕1号" not in office.panel.desk.admin.get(page).text


def test_a_lawyer_sees_their_own_claims_and_no_others(office):
    claim_id, other = office.claimed(receipts=1), office.panel.invited()
    receipt_id = receipts(office)[0].id
    page = f"{PAGE}/{claim_id}"
    for path in (page, f"{page}/receipts/{receipt_id}", f"/console/legal_aid/fees/{claim_id}"):
        assert other.browser.get(path).status_code == 404
    for deed in ("", "/withdraw", f"/receipts/{receipt_id}/remove"):
        assert other.post(f"{page}{deed}", PAGE, _seen="1", told=TOLD).status_code == 404
    assert office.begin(office.find(claim_id).case_id, lawyer=other).status_code == 404
    number = office.panel.desk.find(office.find(claim_id).case_id).number
    assert number not in other.browser.get(PAGE).text
    assert office.lawyer.browser.get(f"{page}/receipts/{receipt_id}").status_code == 200


def receipts(office) -> list[FeeReceipt]:
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        return list(db.session.scalars(select(FeeReceipt).order_by(FeeReceipt.id)))


def test_neither_the_lawyer_nor_who_gave_the_case_handles_it_or_is_in_it_decides(office):
    claim_id, desk, handler = office.claimed(), office.panel.desk, uuid7()
    claim = office.find(claim_id)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == claim.case_id).values(handler_id=handler))
        db.session.add(CaseConflict(case_id=claim.case_id, member_id=claim.member_id, account_id=(kept := uuid7())))
        db.session.commit()
    offered_by = office.panel.assignments(claim.case_id)[-1].offered_by
    approver = office.actor("approver")
    refusals: dict[UUID | None, type[DomainError]] = dict.fromkeys(
        (claim.account_id, handler, offered_by), PartInTheClaim
    )
    refusals |= {desk.person.account_id: OwnCase, kept: ConflictOfInterest}
    for account_id, refusal in refusals.items():
        actor = replace(approver, account_id=account_id)
        with scope(Plane.STAFF, zone=desk.zone, actor=actor), pytest.raises(refusal):
            deciding.decide(actor, claim_id, APPROVE, seen=None)
    assert office.find(claim_id).state == "claimed"
    assert office.act(office.approver, claim_id, "approve").status_code == 302


def test_the_page_tells_the_handler_that_somebody_else_decides(office):
    claim_id, desk = office.claimed(), office.panel.desk
    handler = Person(None, desk.find(office.find(claim_id).case_id).handler_id, "", "")
    desk.world.grant(handler, desk.zone, "approver")
    browser = desk.world.client(desk.zone, handler)
    page = browser.get(f"/console/legal_aid/fees/{claim_id}").text
    assert "须由他人审批" in page
    assert "/approve" not in page
    answer = office.act(browser, claim_id, "approve")
    assert answer.status_code == 403
    assert "须由他人审批" in answer.text


def test_two_who_decide_at_the_same_time_do_not_both_win(office):
    claim_id, second = office.claimed(), office.of("zone_admin")
    mark = office.find(claim_id).mark
    assert office.act(office.approver, claim_id, "approve", _seen=mark).status_code == 302
    assert office.act(office.approver, claim_id, "approve", _seen=mark).status_code == 302, "sent twice it is done once"
    answer = office.act(second, claim_id, "refuse", refuse_reason="不符合规定", _seen=mark)
    assert answer.status_code == 409
    assert office.find(claim_id).state == "approved"
    assert notes(office, office.find(claim_id).case_id) == ["claim_fee", "approve_fee"]


def test_returning_and_refusing_take_a_reason_that_is_kept_when_it_is_too_short(office):
    claim_id = office.claimed()
    for deed in ("return", "refuse"):
        answer = office.act(office.approver, claim_id, deed, **{f"{deed}_reason": "不"})
        assert answer.status_code == 422
        assert "\n不</textarea>" in answer.text
    assert office.find(claim_id).state == "claimed"


def test_a_receipt_is_encrypted_looked_at_on_record_and_no_members(office):
    claim_id = office.claimed(receipts=1, travel="80")
    (receipt,) = receipts(office)
    zone, desk = office.panel.desk.zone, office.panel.desk
    answer = office.approver.get(f"/console/legal_aid/fees/{claim_id}/receipts/{receipt.id}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    with scope(Plane.WORKER, zone=zone):
        stored = db.session.scalars(select(StoredFile).where(StoredFile.id == receipt.file_id)).one()
        assert (stored.visibility, stored.is_encrypted) == ("personal", True)
    with scope(Plane.STAFF, zone=zone, actor=office.actor("approver")):
        looks = select(AuditEntry.subject_member_id).where(AuditEntry.action == "legal_aid.read_fee_receipt")
        assert db.session.scalars(looks).all() == [None]
    with scope(Plane.MEMBER, zone=zone, actor=Actor(desk.person.account_id, desk.person.member_id)):
        assert db.session.get(StoredFile, (zone.id, receipt.file_id)) is None
        assert db.session.scalars(select(FeeClaim)).all() == []


def test_a_receipt_is_taken_out_while_the_claim_is_written_and_not_after(office):
    claim_id = office.begun(office.over())
    assert office.write(claim_id, "save", receipts=2).status_code == 302
    first, second = receipts(office)
    page = f"{PAGE}/{claim_id}"
    assert office.lawyer.post(f"{page}/receipts/{first.id}/remove", page).status_code == 302
    assert [each.id for each in receipts(office)] == [second.id]
    assert office.write(claim_id, "claim").status_code == 302
    late = office.lawyer.post(f"{page}/receipts/{second.id}/remove", page)
    assert late.status_code == 409
    assert TOLD in late.text
    assert len(receipts(office)) == 1


def test_too_many_receipts_and_what_is_no_paper_are_refused(office):
    claim_id = office.begun(office.over())
    assert office.write(claim_id, "save", receipts=6).status_code == 422
    assert receipts(office) == []
    browser, page = office.lawyer.browser, f"{PAGE}/{claim_id}"
    form = {"csrf_token": csrf_token(browser), "_seen": office.find(claim_id).mark, "action": "save", "told": "这些要留下",
            "receipts": [(io.BytesIO(b"MZ nonsense"), "票.exe")]}  # fmt: skip
    answer = browser.post(page, data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "这些要留下" in answer.text


@pytest.mark.parametrize("ends", ["by its day", "on the panel's page"])
def test_what_was_done_before_a_term_ended_can_still_be_claimed(office, ends):
    case_id = office.over()
    if ends == "by its day":
        end_term(office.panel, office.lawyer)
    else:
        office.panel.send(office.lawyer.lawyer_id, "end")
    assert office.panel.desk.find(case_id).number in office.lawyer.browser.get(PAGE).text
    office.claimed(case_id)


@pytest.mark.parametrize(("days", "is_in_time"), [(60, True), (61, False)])
def test_a_fee_is_claimed_within_the_days_noted_with_the_standards(office, days, is_in_time):
    begun, case_id = office.begun(office.over()), office.over()
    assert office.write(begun, "save").status_code == 302
    ended(office, days)
    assert (office.panel.desk.find(case_id).number in office.lawyer.browser.get(PAGE).text) == is_in_time
    for answer in (office.write(begun), office.begin(case_id)):
        assert answer.status_code == (302 if is_in_time else 409)
        assert ("现已过期" in answer.text) != is_in_time
    assert office.find(begun).state == ("claimed" if is_in_time else "draft")


def test_what_was_returned_is_claimed_again_after_the_time_too(office):
    claim_id = office.claimed()
    assert office.act(office.approver, claim_id, "return", return_reason="请补充工作内容").status_code == 302
    ended(office, 61)
    assert office.write(claim_id).status_code == 302


def ended(office, days) -> None:
    """Let the lawyer's part have ended everywhere so many days ago."""
    at = now() - timedelta(days=days)
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.execute(update(Assignment).values(ended_at=at).where(Assignment.ended_at.is_not(None)))
        db.session.commit()


def test_an_approval_by_mistake_is_taken_back_for_a_reason_and_then_not_paid(office):
    claim_id = office.approved()
    page = f"/console/legal_aid/fees/{claim_id}"
    assert f"{page}/refuse" in office.approver.get(page).text
    assert f"{page}/return" not in office.approver.get(page).text
    assert office.act(office.approver, claim_id, "refuse", refuse_reason="误批，工作未完成").status_code == 302
    assert "误批，工作未完成" in office.lawyer.browser.get(f"{PAGE}/{claim_id}").text
    fields = {"paid_on": today_in_china().isoformat(), "reference": "20261126-0001"}
    assert office.act(office.cashier, claim_id, "payment", **fields).status_code == 409


def test_a_claim_that_cannot_be_begun_anew_says_so_before_it_is_withdrawn(office):
    claim_id = office.claimed()
    page = f"{PAGE}/{claim_id}"
    assert "这项工作可以重新申报" in office.lawyer.browser.get(page).text
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.execute(update(Assignment).values(ended_at=now() - claim_within() - timedelta(days=1)))
        db.session.commit()
    text = office.lawyer.browser.get(page).text
    assert "申报期限已过，这项工作不能重新申报" in text
    assert "这项工作可以重新申报" not in text


def test_more_than_a_list_holds_shows_who_waits_longest_and_every_sum_of_the_month(office, monkeypatch):
    first, second = office.claimed(), office.claimed()
    monkeypatch.setattr(queries, "MOST", 1)
    page = office.approver.get("/console/legal_aid/fees").text
    assert str(first) in page
    assert str(second) not in page
    statement = office.approver.get("/console/legal_aid/fees/statement").text
    assert str(first) in statement
    assert str(second) in statement
