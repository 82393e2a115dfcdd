"""Beans that expired go back to their budgets until none is left, and count no more as given."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.benefits import jobs
from app.benefits.beans import expiry, purse
from app.benefits.beans.models import BeanLot
from app.benefits.beans.tests.books import CATEGORY, CLERK, balances
from app.benefits.beans.tests.office import Office
from app.benefits.rules.models import BenefitGift
from app.core.clock import today_in_china
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


def expire(office: Office, settings) -> None:
    with connect_as_owner(settings.database_owner_url) as owner:
        day = today_in_china() - timedelta(days=1)
        owner.execute("UPDATE bean_lots SET expires_on = %s, grace_days = 0 WHERE zone_id = %s", [day, office.zone.id])


def test_the_job_goes_on_until_no_expired_beans_are_left(office, settings, monkeypatch):
    monkeypatch.setattr(expiry, "AT_ONCE", 1)
    for amounts in (dict.fromkeys(office.members, 20), {office.members[0]: 30}):
        office.write(office.approved(amounts=amounts))
    expire(office, settings)
    with scope(Plane.WORKER, zone=office.zone):
        jobs.expire_beans()
    with office.staff():
        assert len(db.session.scalars(select(BeanLot.id)).all()) == 2
        assert balances() == {"funding": -100, "budget": 100, "member": 0}
        assert db.session.scalars(select(BenefitGift.value_cents)).all() == []


def test_what_was_used_before_it_expired_stays_given(office, settings):
    issue_id = office.approved()
    office.write(issue_id)
    with scope(Plane.WORKER, zone=office.zone):
        hold_id = uuid7()
        purse.hold(CLERK, hold_id, office.members[0], 15, CATEGORY, "test")
        purse.spend(CLERK, hold_id)
        db.session.commit()
    expire(office, settings)
    with scope(Plane.WORKER, zone=office.zone):
        assert expiry.return_expired(CLERK) == 3
        db.session.commit()
        given = db.session.execute(select(BenefitGift.member_id, BenefitGift.value_cents)).all()
    assert given == [(office.members[0], 15_00)]


@pytest.mark.parametrize("kept", [10, 15])
def test_what_is_let_go_later_the_same_day_is_returned_too(office, settings, kept):
    """From the same account, be it as much as was returned before or not."""
    office.write(office.approved(amounts={office.members[0]: 20}))
    with scope(Plane.WORKER, zone=office.zone):
        hold_id = uuid7()
        purse.hold(CLERK, hold_id, office.members[0], kept, CATEGORY, "test")
        db.session.commit()
    expire(office, settings)
    with scope(Plane.WORKER, zone=office.zone):
        jobs.expire_beans()
        purse.release(CLERK, hold_id)
        db.session.commit()
        jobs.expire_beans()
    with office.staff():
        assert balances() == {"funding": -100, "budget": 100, "member": 0, "held": 0}
