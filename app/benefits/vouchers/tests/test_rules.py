"""Vouchers are given within the spending rules, over all zones of a member, and count until they expire or are void."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.benefits.rules.errors import CapReached
from app.benefits.rules.models import BenefitGift
from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import giving, granting
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.giving import Outcome
from app.benefits.vouchers.states import VOID
from app.benefits.vouchers.steps import take
from app.core.clock import now
from app.members.audience import Audience
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7


def gifts(market) -> int:
    with market.staff():
        return int(db.session.scalar(select(func.sum(BenefitGift.value_cents))) or 0)


def test_whom_a_rule_refuses_takes_no_piece_and_the_next_in_line_gets_it(market):
    first, second, third = market.members
    rule_id = rule_in_force(market.zone.union_path, 30000, category="birthday")
    market.give(market.approved(), first)
    given = market.give(market.approved(stock=1), first, second, third)
    assert [each.outcome for each in given] == [Outcome.CAPPED, Outcome.GIVEN, Outcome.NONE_LEFT]
    assert [each.rule_id for each in given] == [rule_id, None, None]
    assert gifts(market) == 40000


def test_the_same_giving_again_counts_once(market):
    rule_in_force(market.zone.union_path, 20000, category="birthday")
    batch_id = market.approved()
    assert [market.give(batch_id)[0].outcome for _twice in range(2)] == [Outcome.GIVEN, Outcome.BEFORE]
    assert gifts(market) == 60000


def test_what_expired_or_is_void_counts_no_more(market):
    rule_in_force(market.zone.union_path, 20000, category="birthday", period="once")
    batch_id = market.approved()
    first, second = (each.voucher_id for each in market.give(batch_id, *market.members[:2]))
    with market.staff():
        assert take(market.checker, first, VOID, reason="名单有误")
        db.session.commit()
    assert gifts(market) == 20000
    assert market.give(batch_id, market.members[0])[0].outcome is Outcome.GIVEN
    with time_machine.travel(now() + timedelta(days=40), tick=False), market.work():
        assert expire(Actor(name="测试")) == 2
        db.session.commit()
    assert gifts(market) == 0
    assert market.voucher(second).state == "expired"


def test_an_order_that_goes_beyond_a_rule_is_refused_with_the_rule(market):
    batch_id = market.approved()
    rule_in_force(market.zone.union_path, 19999, category="birthday")
    with market.staff(), pytest.raises(CapReached) as refused:
        granting.order(market.maker, uuid7(), batch_id, Audience())
    assert refused.value.people == len(market.members)


def test_who_has_theirs_is_not_asked_about_again(market):
    rule_in_force(market.zone.union_path, 20000, category="birthday")
    batch_id = market.approved()
    market.give(batch_id)
    with market.staff():
        assert granting.order(market.maker, uuid7(), batch_id, Audience()) == len(market.members)


def test_the_database_and_the_code_name_a_giving_alike(market):
    batch_id = uuid7()
    with market.staff():
        named = db.session.scalar(select(func.voucher_giving_id(batch_id, "列表:1")))
    assert named == giving.giving_id(batch_id, "列表:1")
