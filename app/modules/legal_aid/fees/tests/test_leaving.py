"""Who has left the panel loses no fee that was claimed in time, and hears what becomes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core.clock import now, today_in_china
from app.core.jobs import Postpone
from app.identity.models import RoleGrant
from app.identity.schemas import end_of_day
from app.modules.legal_aid.fees.forgetting import forget_numbers
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.lawyers.leaving import release
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.sealing import former_mobile_of, mobile_of
from app.modules.legal_aid.lawyers.telling import send_to_lawyer
from app.modules.legal_aid.lawyers.tests.test_leaving import ends_of
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.world import Person


def left_long_ago(office) -> None:
    """The lawyer is off the panel, and the weeks of claiming are over."""
    panel, lawyer = office.panel, office.lawyer
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    with scope(Plane.CITY, reason="test"):
        held = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == lawyer.account_id)).one()
        facts = {
            "account_id": held.account_id,
            "role": held.role,
            "union_id": held.union_id,
            "union_path": held.union_path,
        }
        db.session.execute(db.delete(RoleGrant).where(RoleGrant.id == held.id))
        db.session.expunge(held)
        db.session.add(RoleGrant(**facts, expires_at=now() - timedelta(hours=1)))
        db.session.commit()


@pytest.mark.parametrize(("deed", "fields"), [("return", {"return_reason": "请补充开庭日期"}), ("approve", {})])
def test_what_is_decided_when_the_role_has_ended_opens_the_claim_again_for_some_weeks(office, deed, fields):
    claim_id = office.claimed()
    left_long_ago(office)
    assert office.act(office.approver, claim_id, deed, **fields).status_code == 302
    assert ends_of(office.lawyer) == {"former_lawyer": end_of_day(today_in_china() + timedelta(days=60))}
    desk = office.panel.desk
    browser = desk.world.client(desk.zone, Person(None, office.lawyer.account_id, "", office.lawyer.name))
    assert browser.get(f"{PAGE}/{claim_id}").status_code == 200


def test_who_acts_on_the_panel_gets_no_other_role_by_a_decision(office):
    office.approved()
    assert ends_of(office.lawyer) == {"lawyer": None}


def test_a_last_day_noted_late_leaves_the_weeks_to_claim(office):
    panel, lawyer = office.panel, office.lawyer
    case_id = panel.desk.under_way()
    panel.accepted(case_id, lawyer)
    kept, today = panel.find(lawyer.lawyer_id), today_in_china()
    with scope(Plane.WORKER, zone=panel.desk.zone):
        mobile = mobile_of(kept)
    days = {"active_from": today - timedelta(days=100), "active_to": today - timedelta(days=65)}
    facts = {"licence": kept.licence, "mobile": mobile, **{name: each.isoformat() for name, each in days.items()}}
    assert panel.send(lawyer.lawyer_id, **panel.facts(**facts)).status_code == 302
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        assert release() == 1
        db.session.commit()
    assert ends_of(lawyer)["former_lawyer"] == end_of_day(today + timedelta(days=61))
    assert lawyer.browser.get(PAGE).status_code == 200


def test_the_number_of_who_left_is_kept_until_nothing_can_be_claimed_or_is_owed(office):
    panel, lawyer = office.panel, office.lawyer
    with scope(Plane.WORKER, zone=panel.desk.zone):
        mobile = mobile_of(panel.find(lawyer.lawyer_id))
    claim_id = office.claimed()
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302

    def kept() -> str:
        with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
            forget_numbers()
            db.session.commit()
            found = panel.find(lawyer.lawyer_id)
            assert mobile_of(found) == ""
            return former_mobile_of(found)

    assert kept() == mobile
    with scope(Plane.WORKER, zone=panel.desk.zone):
        db.session.execute(update(Assignment).values(ended_at=now() - timedelta(days=70)))
        db.session.commit()
    assert kept() == mobile, "a fee is claimed, and they are to be told"
    assert office.act(office.approver, claim_id, "refuse", refuse_reason="不在补贴范围").status_code == 302
    assert kept() == ""
    with scope(Plane.WORKER, zone=panel.desk.zone):
        send_to_lawyer(lawyer.lawyer_id, "a key")


def test_who_left_is_sent_a_text_to_the_number_that_is_kept(office):
    panel, lawyer = office.panel, office.lawyer
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    with scope(Plane.WORKER, zone=panel.desk.zone), pytest.raises(Postpone):
        send_to_lawyer(lawyer.lawyer_id, "no provider here: it would be sent")
