"""At the very same moment: no voucher is redeemed twice, and no piece is given that there is not."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import giving, redeeming, steps
from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.errors import AlreadyRedeemed, VoucherOver
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import EXPIRE, REDEEM
from app.core.clock import now
from app.core.errors import DomainError
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

MANY = 6


def told(refusals: list[DomainError | None]) -> Counter:
    return Counter(type(refusal) for refusal in refusals)


def in_both_shops(market, app, voucher_id):
    here = Scope(Plane.STAFF, zone=market.zone)

    def redeem(number: int) -> None:
        shop = number % 2
        redeeming.redeem(market.clerks[shop], voucher_id, market.shops[shop], f"phone:{voucher_id}:{number}")

    return at_once(app, [(here, lambda number=number: redeem(number)) for number in range(MANY)])


def test_two_phones_and_one_voucher_one_wins_and_the_others_are_told_when_and_where(market, app):
    voucher_id = market.one()
    refusals = in_both_shops(market, app, voucher_id)
    assert told(refusals) == {type(None): 1, AlreadyRedeemed: MANY - 1}
    done = market.voucher(voucher_id)
    details = [refusal.details for refusal in refusals if refusal]
    assert details == [{"shop": done.shop_id, "at": done.redeemed_at}] * (MANY - 1)
    with market.staff():
        assert faults() == {}


def test_without_the_condition_several_would_win(market, app, monkeypatch):
    """The negative control: a step that does not ask where the voucher stands is let through by nothing but the database's own list of steps."""

    def unconditional(_actor, voucher_id, _step, *_conditions, **values):
        values.pop("redeemed_at")
        db.session.execute(
            update(Voucher)
            .where(Voucher.id == voucher_id)
            .values(state="redeemed", action=REDEEM.action, version=Voucher.version + 1, redeemed_at=now(), **values)
            .execution_options(synchronize_session=False)
        )
        return True

    monkeypatch.setattr(redeeming, "take", unconditional)
    with pytest.raises(Exception, match="no such step"):
        in_both_shops(market, app, market.one())


@pytest.mark.parametrize("stock", [1, 4])
def test_the_last_pieces_go_to_as_many_as_there_are(market, app, stock):
    batch_id, here = market.approved(stock=stock), Scope(Plane.WORKER, zone=market.zone)
    got = []

    def claim() -> None:
        got.extend(each.outcome for each in giving.give(market.checker, batch_id, [uuid7(), uuid7()], f"c:{uuid7()}"))

    at_once(app, [(here, claim) for _ in range(MANY)])
    assert Counter(got) == {"given": stock, "none-left": 2 * MANY - stock}
    assert market.batch(batch_id).taken == stock


def test_one_member_claims_on_many_phones_and_gets_one(market, app):
    batch_id, here = market.approved(stock=MANY), Scope(Plane.WORKER, zone=market.zone)
    got = []

    def claim(key: str) -> None:
        got.extend(giving.give(market.checker, batch_id, market.members[:1], key))

    at_once(app, [(here, lambda number=number: claim(f"claim:{number % 2}")) for number in range(MANY)])
    assert Counter(each.outcome for each in got) == {"given": 1, "before": MANY // 2 - 1, "enough": MANY // 2}
    assert market.batch(batch_id).taken == 1


def test_codes_of_a_list_are_never_given_twice(market, app):
    batch_id = market.approved(kind="ticket_code", codes=tuple(f"C{number}" for number in range(5)), shops=())
    here = Scope(Plane.WORKER, zone=market.zone)
    at_once(app, [
        (here, lambda: giving.give(market.checker, batch_id, [uuid7(), uuid7()], f"c:{uuid7()}")) for _ in range(MANY)
    ])  # fmt: skip
    with market.staff():
        assert (market.batch(batch_id).taken, faults()) == (5, {})


def test_a_voucher_expires_or_is_redeemed_and_never_both(market, app):
    """The last minute of the last day for the shop, the first of the next one for the sweep."""
    voucher_id = market.one(expires_on=(now() + timedelta(days=2)).date(), grace_days=0)
    here, work = Scope(Plane.STAFF, zone=market.zone), Scope(Plane.WORKER, zone=market.zone)
    last_day = market.voucher(voucher_id).last_day
    with time_machine.travel(f"{last_day}T15:59:59Z", tick=True):
        deeds = [(here, lambda: redeeming.redeem(market.clerks[0], voucher_id, market.shops[0], "phone:1"))]
        sweeps = [(work, lambda: sweep(last_day))] * (MANY - 1)
        done = at_once(app, deeds + sweeps)
    state = market.voucher(voucher_id).state
    assert state == ("redeemed" if done[0] is None else "expired")
    assert done[0] is None or isinstance(done[0], VoucherOver)
    with market.staff():
        assert faults() == {}


def sweep(last_day) -> None:
    """As the sweep of the next day does it, whatever the clock says here."""
    db.session.execute(steps.step_of(Actor(name="测试"), EXPIRE, Voucher.last_day <= last_day, shop_id=None))


def test_two_givings_at_once_keep_to_a_rule_together(market, app):
    """Each finds the member below the cap when it looks; the register lets one of them through."""
    rule_in_force(market.zone.union_path, 20000, category="birthday")
    here, got = Scope(Plane.WORKER, zone=market.zone), []

    def give(batch_id) -> None:
        got.extend(giving.give(market.checker, batch_id, market.members, "list:1"))

    at_once(
        app, [(here, lambda batch_id=batch_id: give(batch_id)) for batch_id in [market.approved() for _ in range(MANY)]]
    )
    assert Counter(each.outcome for each in got) == {"given": 3, "capped": 3 * (MANY - 1)}
    with market.staff():
        assert faults() == {}
