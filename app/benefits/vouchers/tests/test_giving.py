"""Giving vouchers: in order, one a member, never more than there are, each code once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.benefits.vouchers import codes, giving
from app.benefits.vouchers.batch_states import CLOSE
from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.giving import Outcome
from app.benefits.vouchers.models import VoucherBatch, VoucherEvent
from app.core.audit import AuditEntry
from app.core.clock import now
from app.core.errors import NotFound
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql

BY_HAND = allow_raw_sql("tests.vouchers", "tries what no operation does")


def outcomes(given):
    return [each.outcome for each in given]


def test_members_get_theirs_in_their_order_as_long_as_there_are_any(market):
    batch_id = market.approved(stock=2)
    given = market.give(batch_id, *market.members)
    assert outcomes(given) == [Outcome.GIVEN, Outcome.GIVEN, Outcome.NONE_LEFT]
    assert [each.member_id for each in given] == market.members
    assert (given[2].voucher_id, market.batch(batch_id).taken) == (None, 2)
    with market.staff():
        assert faults() == {}
        events = db.session.execute(select(VoucherEvent.action, VoucherEvent.acted_by_name)).all()
        assert events == [("give", market.checker.name)] * 2


def test_the_same_giving_again_gives_nothing_more_and_says_what_it_gave(market):
    batch_id = market.approved(per_member=2)
    first = market.give(batch_id, market.members[0], market.members[0])
    again = market.give(batch_id, market.members[0])
    assert outcomes(first) == [Outcome.GIVEN, Outcome.GIVEN]
    assert outcomes(again) == [Outcome.BEFORE]
    assert {each.voucher_id for each in (*first, *again)} == {again[0].voucher_id}
    assert market.batch(batch_id).taken == 1


def test_a_giving_is_in_the_audit_trail_where_anything_came_of_it(market):
    batch_id, by = market.approved(stock=2), market.checker
    for _ in range(2):
        with scope(Plane.WORKER, zone=market.zone, actor=by):
            giving.give(by, batch_id, market.members, "list:1")
            db.session.commit()
    with market.staff():
        deed = select(AuditEntry).where(AuditEntry.action == "vouchers.give", AuditEntry.object_id == str(batch_id))
        (noted,) = db.session.scalars(deed).all()
    assert (noted.zone_id, noted.plane, noted.object_type) == (market.zone.id, Plane.WORKER, "voucher_batch")
    assert (noted.account_id, noted.actor_name) == (by.account_id, by.name)
    assert noted.detail == {"key": "list:1", "given": 2, "capped": 0}


def test_a_member_gets_no_more_than_the_batch_says(market):
    batch_id = market.approved(per_member=2)
    given = [market.give(batch_id, market.members[0], key=f"list:{number}")[0].outcome for number in range(3)]
    assert given == [Outcome.GIVEN, Outcome.GIVEN, Outcome.ENOUGH]


def test_nothing_is_given_of_a_batch_that_is_not_approved_or_over(market):
    drafted, closed = market.drafted(), market.approved()
    market.take(closed, CLOSE)
    over = market.approved()
    assert outcomes(market.give(drafted)) == outcomes(market.give(closed)) == [Outcome.CLOSED] * 3
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert outcomes(market.give(over)) == [Outcome.OVER] * 3


def test_each_code_of_the_list_goes_to_one_member(market):
    batch_id = market.approved(kind="ticket_code", codes=("A1", "B2"), shops=())
    given = market.give(batch_id)
    assert outcomes(given) == [Outcome.GIVEN, Outcome.GIVEN, Outcome.NONE_LEFT]
    with market.staff():
        assert [codes.code_of(each.voucher_id) for each in given[:2]] == ["A1", "B2"]
        assert faults() == {}


def test_a_batch_of_another_zone_is_not_there(market, world):
    batch_id = market.approved()
    with scope(Plane.WORKER, zone=world.zone()), pytest.raises(NotFound):
        giving.give(market.checker, batch_id, market.members, "list:1")


@pytest.mark.parametrize("plane", [Plane.STAFF, Plane.WORKER, Plane.MEMBER])
def test_no_plane_makes_a_voucher_by_hand(market, plane):
    batch_id = market.approved()
    made = text(
        "INSERT INTO vouchers (zone_id, id, batch_id, member_id, number, per_member, serial, key, state, valid_from, last_day,"
        " action, acted_by_name) SELECT zone_id, :id, id, :member, 1, 1, 'S', 'k', 'issued', valid_from, expires_on, 'give', ''"
        " FROM voucher_batches WHERE id = :batch"
    )
    with scope(plane, zone=market.zone), raw_sql(BY_HAND), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(made, {"id": uuid7(), "member": market.members[0], "batch": batch_id})


def test_the_database_keeps_what_was_given_within_the_stock(market):
    batch_id = market.approved(stock=2)
    market.give(batch_id, *market.members[:2])
    with market.staff(), pytest.raises(IntegrityError, match="voucher_batches_stock"):
        db.session.execute(update(VoucherBatch).where(VoucherBatch.id == batch_id).values(stock=1))


def test_staff_do_not_count_by_hand(market):
    market.approved()
    with market.staff(), raw_sql(BY_HAND), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text("UPDATE voucher_batches SET taken = 0"))
