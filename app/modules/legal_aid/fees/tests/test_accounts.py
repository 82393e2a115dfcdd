"""A case is not erased while a fee is owed; of a paid one the accounts keep claim, payment and receipts, without the words."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.casework.issuing.models import CaseLetter
from app.casework.models import Case
from app.casework.retention.erasing import erase_due
from app.casework.retention.models import CaseErasure
from app.casework.retention.requests import GRANTED
from app.core.clock import now, today_in_china
from app.core.files import zone_folder
from app.modules.legal_aid.fees.models import FeeReceipt
from app.modules.legal_aid.fees.standards import claim_within
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.fees.tests.test_payments import paid
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

YEAR = timedelta(days=366)


def erased(
    office, case_id: UUID, *, after: timedelta = timedelta(0), is_asked: bool = False, is_too_late: bool = True
) -> int:
    """How many cases the job ends, this one being over for so long, and asked to be erased; whether its lawyer claims too late."""
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(closed_at=now() - after))
        if is_too_late:
            long_ago = now() - claim_within() - timedelta(days=1)
            db.session.execute(update(Assignment).where(Assignment.case_id == case_id).values(ended_at=long_ago))
        if is_asked:
            case = db.session.get_one(Case, (office.panel.desk.zone.id, case_id))
            db.session.add(CaseErasure(id=uuid7(), case_id=case_id, member_id=case.member_id, answer=GRANTED,
                                       answered_at=now(), answered_by=uuid7()))  # fmt: skip
        ended = erase_due()
        db.session.commit()
    return ended


def files_of(office) -> int:
    return sum(path.is_file() for path in zone_folder(office.panel.desk.zone.id).rglob("*"))


def test_what_is_owed_keeps_the_case_until_it_is_paid(office):
    claim_id = office.claimed()
    case_id = office.find(claim_id).case_id
    assert erased(office, case_id, after=31 * YEAR, is_asked=True) == 0
    office.approved(claim_id)
    assert erased(office, case_id, after=31 * YEAR) == 0
    paid(office, claim_id)
    assert erased(office, case_id, after=31 * YEAR) == 1
    assert office.claims() == []


@pytest.mark.parametrize("is_begun", [True, False])
def test_what_can_still_be_claimed_keeps_the_case_and_the_desk_reads_until_when(office, is_begun):
    case_id, desk = office.over(), office.panel.desk
    if is_begun:
        office.begun(case_id)
    assert erased(office, case_id, is_asked=True, is_too_late=False) == 0
    until = today_in_china() + claim_within()
    page = desk.admin.get(f"/console/legal_aid/{case_id}/retention").text
    assert f"{office.lawyer.name}：补贴可申报至 {until}" in page
    assert "待其补贴申报、结清后删除" in desk.member.get(f"/legal_aid/{case_id}").text
    assert erased(office, case_id) == 1


def test_the_list_of_what_ends_tells_that_a_case_waits(office):
    case_id, desk = office.over(), office.panel.desk
    assert erased(office, case_id, after=6 * YEAR, is_too_late=False) == 0
    assert "尚有款项未了结" in desk.admin.get("/console/legal_aid/retention").text
    office.claimed(case_id)
    assert "补贴已申报，尚未拨付，也未决定不予批准" in desk.admin.get(f"/console/legal_aid/{case_id}/retention").text


def test_once_all_is_claimed_and_paid_nothing_waits_for_the_time_to_pass(office):
    case_id = office.over()
    for work in ("consultation", "arbitration"):
        claim_id = office.approved(office.claimed(case_id, work))
        assert erased(office, case_id, after=31 * YEAR, is_too_late=False) == 0
        assert paid(office, claim_id).status_code == 302
    assert erased(office, case_id, after=31 * YEAR, is_too_late=False) == 1


def test_what_a_lawyer_who_left_never_completed_is_refused_and_keeps_nothing(office):
    claim_id = office.claimed()
    assert office.act(office.approver, claim_id, "return", return_reason="请补充工作内容").status_code == 302
    office.panel.send(office.lawyer.lawyer_id, "end")
    assert str(claim_id) in office.approver.get("/console/legal_aid/fees").text
    assert erased(office, office.find(claim_id).case_id, is_asked=True) == 0
    assert office.act(office.approver, claim_id, "refuse", refuse_reason="律师已离库，未再补充").status_code == 302
    assert erased(office, office.find(claim_id).case_id) == 1


def test_what_was_refused_keeps_nothing(office):
    claim_id = office.claimed()
    assert office.act(office.approver, claim_id, "refuse", refuse_reason="该阶段工作未完成").status_code == 302
    assert erased(office, office.find(claim_id).case_id, after=6 * YEAR) == 1
    assert office.claims() == []


def test_at_the_member_s_wish_a_paid_fee_stays_for_the_accounts_without_the_words(office):
    desk, claim_id = office.panel.desk, office.claimed(receipts=1, travel="10")
    case_id = office.find(claim_id).case_id
    office.approved(claim_id)
    paid(office, claim_id)
    assert erased(office, case_id, is_asked=True) == 1
    claim, case = office.find(claim_id), desk.find(case_id)
    assert (claim.state, claim.told_cipher, claim.reason_cipher) == ("paid", None, None)
    assert case.accounts_only_since is not None
    assert office.begin(case_id, "consultation").status_code == 409
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(FeeReceipt.case_id)).all() == [case_id]
        assert db.session.scalars(select(Assignment.reason_cipher)).all() == [None]
        assert db.session.scalars(select(CaseLetter.id)).all() == []
    assert desk.handler.get(f"/console/legal_aid/{case_id}").status_code == 404
    assert office.lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    statement = office.cashier.get("/console/legal_aid/fees/statement")
    assert case.number in statement.text
    home = desk.member.get("/legal_aid/").text
    assert case.number in home
    assert f'href="/legal_aid/{case_id}"' not in home
    assert erased(office, case_id, after=6 * YEAR) == 0
    assert erased(office, case_id, after=31 * YEAR) == 1
    assert (office.claims(), files_of(office)) == ([], 0)


def test_who_was_kept_from_the_case_opens_no_claim_on_it_after_the_erasure(office):
    desk, claim_id = office.panel.desk, office.approved()
    assert paid(office, claim_id).status_code == 302
    case_id, browser = office.find(claim_id).case_id, office.of("zone_admin")
    with scope(Plane.WORKER, zone=desk.zone):
        known = {"case_id": case_id, "member_id": desk.find(case_id).member_id}
        db.session.add(CaseConflict(**known, account_id=office.people["zone_admin"].account_id))
        db.session.commit()
    assert erased(office, case_id, is_asked=True) == 1
    assert desk.find(case_id).accounts_only_since is not None
    assert office.cashier.get(f"/console/legal_aid/fees/{claim_id}").status_code == 200
    assert browser.get(f"/console/legal_aid/fees/{claim_id}").status_code == 403


def test_what_came_back_and_cannot_be_paid_is_refused_and_keeps_the_case_no_longer(office):
    claim_id = office.approved()
    assert paid(office, claim_id).status_code == 302
    case_id = office.find(claim_id).case_id
    assert erased(office, case_id, is_asked=True) == 1
    fields = {"bounced_on": today_in_china().isoformat(), "bounce_reason": "收款账号已注销"}
    assert office.act(office.panel.desk.admin, claim_id, "bounce", **fields).status_code == 302
    assert erased(office, case_id, after=31 * YEAR) == 0
    assert office.act(office.approver, claim_id, "refuse", refuse_reason="律师失联，无法重新拨付").status_code == 302
    assert office.find(claim_id).reason_cipher is None
    assert erased(office, case_id, after=31 * YEAR) == 1


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_what_is_with_the_lawyer_goes_with_its_words_and_receipts_and_is_written_no_more(office, is_withdrawn):
    case_id = office.over()
    kept = office.approved(office.claimed(case_id, receipts=1, travel="10"))
    assert paid(office, kept).status_code == 302
    gone = office.begun(case_id, "consultation")
    assert office.write(gone, "claim" if is_withdrawn else "save", receipts=2, travel="10").status_code == 302
    browser, page = office.lawyer.browser, f"{PAGE}/{gone}"
    if is_withdrawn:
        form = {"csrf_token": csrf_token(browser), "_seen": office.find(gone).mark}
        assert browser.post(f"{page}/withdraw", data=form).status_code == 302
    form = {
        "csrf_token": csrf_token(browser),
        "_seen": office.find(gone).mark,
        "action": "save",
        "told": "当事人家庭困难",
    }
    files = files_of(office)
    assert erased(office, case_id, is_asked=True) == 1
    assert [claim.id for claim in office.claims()] == [kept]
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        assert db.session.scalars(select(FeeReceipt.claim_id)).all() == [kept]
    assert files_of(office) <= files - 2
    assert browser.post(page, data=form).status_code == 404
