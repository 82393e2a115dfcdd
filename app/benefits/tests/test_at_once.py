"""A form that is sent twice at the very same moment makes one thing, and neither of the two is told that something went wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.benefits.beans import appropriations, catalogues, issuing
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.models import BeanBudget
from app.benefits.beans.tests.office import Office
from app.benefits.vouchers import batches, extending, settling, shops
from app.benefits.vouchers.models import Merchant
from app.benefits.vouchers.tests.market import Market
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.identity.models import RoleGrant
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import one_in_the_other


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def market(world, zone) -> Market:
    return Market(zone, world)


@pytest.fixture
def office(world, zone) -> Office:
    return Office(zone, world)


def makers(office: Office, market: Market) -> dict[str, Callable[[UUID], Any]]:
    """Each way to make something with an id of the form's."""
    actor, later = office.maker, today_in_china() + timedelta(days=90)
    given = market.approved()
    market.redeem(market.give(given)[0].voucher_id)  # type: ignore[arg-type]
    with office.staff():
        budget = db.session.get_one(BeanBudget, (office.zone.id, office.budget_id))
        union_id, catalogue_id = budget.union_id, budget.catalogue_id
        merchant_id = db.session.scalars(select(Merchant.id)).one()
    return {
        "budget": lambda key: appropriations.set_up_budget(
            actor, key, union_id=union_id, catalogue_id=catalogue_id, title="春节", year=2027, cents_per_bean=100
        ),
        "appropriation": lambda key: appropriations.propose(
            actor, key, budget_id=office.budget_id, kind=TransactionKind.APPROPRIATE, amount=5, ground="会议决定"
        ),
        "catalogue": lambda key: catalogues.propose(
            actor, key, catalogue_id=uuid7(), title="春节目录", categories=["food"]
        ),
        "issue": lambda key: issuing.draft_issue(
            actor, key, budget_id=office.budget_id, category="festival", title="春节", expires_on=later, grace_days=30
        ),
        "batch": lambda key: batches.draft_batch(
            actor, key, kind="goods", category="birthday", goods="cake", title="蛋糕", terms="", value_cents=100, threshold_cents=0,
            stock=1, per_member=1, valid_from=later, expires_on=later, grace_days=0, shops=market.shops,
        ),
        "shop": lambda key: shops.open_shop(key, merchant="甜心蛋糕", name="新店", address=""),
        "extension": lambda key: extending.propose(
            actor, key, batch_id=given, voucher_id=None, until=later, ground="延期"
        ),
        "settlement": lambda key: settling.draw_up(actor, key, merchant_id, today_in_china()),
    }  # fmt: skip


def test_what_is_made_twice_at_once_is_made_once(office, market, app):
    here, made = Scope(Plane.STAFF, zone=office.zone), {}
    for name, make in makers(office, market).items():
        key = uuid7()
        deed = (here, lambda make=make, key=key, name=name: made.setdefault(name, []).append(make(key).id == key))
        assert one_in_the_other(app, deed, deed) == [None, None], name
        assert made[name] == [True, True], name


def test_a_clerk_named_twice_at_once_is_one_and_loses_the_role_with_both_shops_at_once(market, app, world):
    here, account_id = Scope(Plane.STAFF, zone=market.zone), world.staff(market.zone, "cashier").account_id
    for shop_id in market.shops:
        deed = (here, lambda shop_id=shop_id: shops.add_clerk(market.maker, shop_id, account_id, "王店员"))
        assert one_in_the_other(app, deed, deed) == [None, None]
    with market.staff():
        ids = [
            each.id for shop_id in market.shops for each in shops.list_clerks(shop_id) if each.account_id == account_id
        ]
        assert len(ids) == len(market.shops)
    ends = [(here, lambda clerk_id=clerk_id: shops.end_clerk(market.maker, clerk_id)) for clerk_id in ids]
    assert one_in_the_other(app, *ends) == [None, None]
    with market.staff():
        roles = select(RoleGrant.role).where(RoleGrant.account_id == account_id)
        assert db.session.scalars(roles).all() == ["cashier"]


def test_a_clerk_s_end_that_is_sent_twice_at_once_is_one_end(market, app):
    here = Scope(Plane.STAFF, zone=market.zone)
    with market.staff():
        clerk_id = shops.list_clerks(market.shops[0])[0].id
    end = (here, lambda: shops.end_clerk(market.maker, clerk_id))
    assert one_in_the_other(app, end, end) == [None, None]
    with market.staff():
        ended = select(AuditEntry.id).where(AuditEntry.action == "vouchers.end_clerk")
        assert len(db.session.scalars(ended).all()) == 1
