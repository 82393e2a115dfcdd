"""What waits for a second person is counted for whoever can be one, and shown where it is found."""

from datetime import timedelta

import pytest

from app.benefits import waiting
from app.benefits.beans import appropriations, catalogues, reclaiming
from app.benefits.beans.issue_states import SUBMIT
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.reclaim_states import Whom
from app.benefits.beans.tests.office import Office
from app.benefits.vouchers import extending, settling
from app.benefits.vouchers.batch_states import SUBMIT as SUBMIT_BATCH
from app.benefits.vouchers.models import Merchant
from app.benefits.vouchers.tests.market import Market
from app.core.clock import today_in_china
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

COUNTS = (waiting.count_budgets, waiting.count_issues, waiting.count_vouchers, waiting.count_settlements)


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def office(world, zone) -> Office:
    return Office(zone, world)


@pytest.fixture
def market(world, zone) -> Market:
    return Market(zone, world)


def counted(zone, actor: Actor) -> list[int]:
    with scope(Plane.STAFF, zone=zone, actor=actor):
        return [count() for count in COUNTS]


def papers(office: Office, market: Market) -> None:
    """One more of everything that a second person decides on, by the maker of each."""
    issued, given = office.approved(), market.approved()
    office.write(issued)
    market.redeem(market.give(given)[0].voucher_id)  # type: ignore[arg-type]
    office.take(office.drafted(dict.fromkeys(office.members, 1)), SUBMIT)
    market.take(market.drafted(), SUBMIT_BATCH)
    with office.staff():
        appropriations.propose(office.maker, uuid7(), budget_id=office.budget_id, kind=TransactionKind.APPROPRIATE, amount=5, ground="会议决定")  # fmt: skip
        catalogues.propose(office.maker, uuid7(), catalogue_id=uuid7(), title="春节目录", categories=["food"])
        reclaiming.propose(office.maker, uuid7(), issued, Whom.EVERYBODY, "测试")
        extending.propose(market.maker, uuid7(), batch_id=given, voucher_id=None, until=today_in_china() + timedelta(days=90), ground="延期")  # fmt: skip
        settling.draw_up(market.maker, uuid7(), db.session.scalars(db.select(Merchant.id)).one(), today_in_china())
        db.session.commit()


def test_it_is_counted_for_who_may_decide_and_did_not_make_it(world, zone, office, market):
    approver = world.staff_actor(zone, "approver")
    assert counted(zone, approver) == [0, 0, 0, 0]
    papers(office, market)
    assert counted(zone, approver) == [2, 2, 2, 1]
    assert counted(zone, office.maker) == [0, 0, 2, 1]
    assert counted(zone, market.maker) == [2, 2, 0, 0]
    assert counted(zone, world.staff_actor(zone, "editor")) == [0, 0, 0, 0]


def test_what_waits_within_a_page_stands_in_the_list_before_it(world, zone, office, market):
    client = world.client(zone, world.staff(zone, "approver"))
    issues, batches, budgets = (f"/console/benefits/{name}/" for name in ("issues", "vouchers", "budgets"))
    assert "待审批" not in client.get(budgets).text
    assert "收回待审批" not in client.get(issues).text
    assert "延期待审批" not in client.get(batches).text
    papers(office, market)
    assert client.get(issues).text.count("收回待审批") == 1
    assert client.get(batches).text.count("延期待审批") == 1
    assert client.get(budgets).text.count("待审批") == 2
