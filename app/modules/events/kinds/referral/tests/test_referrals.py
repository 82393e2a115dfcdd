"""Referrals: noted once, rewarded in their order within the budget, taken back from who leaves."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.benefits.vouchers.states import VoucherState
from app.benefits.vouchers.voiding import make_void
from app.core.clock import now
from app.core.signals import REFERRAL_VERIFIED, ReferralVerified
from app.members.models import Membership
from app.modules.events.errors import NotReady
from app.modules.events.kinds.referral import rewarding
from app.modules.events.kinds.referral.linking import find_by_code, take_back_link
from app.modules.events.kinds.referral.models import Link, Referral
from app.modules.events.queries import find_announced
from app.modules.events.states import SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tests.fixtures.at_once import at_once

COOLED = timedelta(days=3)


@pytest.fixture
def opened(circle, clock):
    campaign_id = circle.announced()
    clock.shift(SOON)
    return campaign_id


def test_both_get_their_voucher_once_the_joining_has_cooled(circle, clock, opened):
    referrer = circle.fair.members[0]
    (joiner,) = circle.joined(circle.code(opened, referrer))
    circle.tick()
    assert circle.states([joiner]) == [("cooling", "")]
    clock.shift(COOLED)
    circle.tick()
    found = circle.referral(joiner)
    assert (found.state, found.number, found.referrer_outcome, found.joiner_outcome) == (
        "rewarded",
        1,
        "given",
        "given",
    )
    assert circle.fair.voucher(found.referrer_voucher_id).member_id == referrer
    assert circle.fair.voucher(found.joiner_voucher_id).member_id == joiner
    with circle.fair.work():
        told = db.session.execute(
            db.select(Message.member_id, Message.kind).where(Message.kind.like("events.referral%"))
        ).all()
    assert sorted(told) == sorted(
        (who, kind) for who in (referrer, joiner) for kind in ("events.referral_cooling", "events.referral_rewarded")
    )


def test_a_joiner_counts_once_in_the_zone_whoever_says_so_again(circle, clock, opened):
    first, second = (circle.code(opened, each) for each in circle.fair.members[:2])
    (joiner,) = circle.joined(first)
    circle.verify(joiner, first)
    circle.verify(joiner, second)
    assert circle.referral(joiner).referrer_id == circle.fair.members[0]


def test_nobody_refers_themselves_or_who_was_a_member_before(circle, clock, opened):
    referrer = circle.fair.members[0]
    code = circle.code(opened, referrer)
    circle.verify(referrer, code)
    again, long_since = (each.member_id for each in circle.fair.people(2))
    with circle.fair.work():
        old = db.session.scalars(db.select(Membership).where(Membership.member_id == again)).one()
        db.session.add(Membership(member_id=again, union_id=old.union_id, union_path=old.union_path, status="ended"))
        held = db.session.scalars(db.select(Membership).where(Membership.member_id == long_since)).one()
        held.joined_on = (now() - timedelta(days=9)).date()
        db.session.commit()
    for each in (again, long_since):
        circle.verify(each, code)
    before = ("refused", "member-before")
    assert circle.states([referrer, again, long_since]) == [("refused", "self"), before, before]


def test_what_is_verified_outside_the_campaign_is_refused_and_a_wrong_code_is_nothing(circle, clock, opened):
    code = circle.code(opened, circle.fair.members[0])
    circle.joined("kein-code-von-hier")
    with circle.fair.work():
        assert db.session.scalars(db.select(Referral)).all() == []
    clock.shift(A_DAY)
    (late,) = circle.joined(code)
    assert circle.states([late]) == [("refused", "outside")]


def test_a_link_taken_back_leads_nowhere_and_the_next_is_another(circle, opened):
    referrer = circle.fair.members[0]
    code = circle.code(opened, referrer)
    assert circle.code(opened, referrer) == code
    with circle.fair.as_member(referrer):
        take_back_link(referrer, find_announced(opened))
        db.session.commit()
        assert find_by_code(code) is None
    assert circle.code(opened, referrer) != code


def test_nobody_changes_the_link_of_another(circle, opened):
    first, other = circle.fair.members[:2]
    code = circle.code(opened, first)
    with circle.fair.as_member(other):
        change = db.update(Link).values(code="x" * 20).returning(Link.code)
        assert db.session.scalars(change, execution_options={"synchronize_session": False}).all() == []
        db.session.rollback()
    assert circle.code(opened, first) == code


def test_the_first_verified_are_the_first_served_within_budget_and_share(circle, clock, opened):
    generous, other = (circle.code(opened, each) for each in circle.fair.members[:2])
    mine = circle.joined(generous, 3)
    theirs = circle.joined(other, 2)
    clock.shift(COOLED)
    circle.tick()
    assert circle.states(mine) == [("rewarded", ""), ("rewarded", ""), ("refused", "cap")]
    assert circle.states(theirs) == [("rewarded", ""), ("refused", "budget")]


def test_never_one_more_than_the_budget_with_two_workers(app, circle, clock):
    campaign_id = circle.announced(budget=2, per_referrer=9)
    clock.shift(SOON)
    people = circle.joined(circle.code(campaign_id, circle.fair.members[0]), 6)
    clock.shift(COOLED)
    work = Scope(Plane.WORKER, zone=circle.fair.zone, actor=Actor(name="system"))
    at_once(app, [(work, lambda: rewarding.reward_due(limit=3))] * 3)
    circle.tick()
    assert [state for state, _reason in circle.states(people)].count("rewarded") == 2
    assert len({circle.referral(each).referrer_voucher_id for each in people} - {None}) == 2


def test_the_database_takes_no_reward_above_the_budget(circle, clock):
    campaign_id = circle.announced(budget=1)
    clock.shift(SOON)
    (joiner,) = circle.joined(circle.code(campaign_id, circle.fair.members[0]))
    with circle.fair.work():
        found = db.session.scalars(db.select(Referral).where(Referral.member_id == joiner)).one()
        found.state, found.number, found.rewarded_at = "rewarded", 2, found.verified_at
        with pytest.raises(IntegrityError, match="no budget"):
            db.session.flush()
        db.session.rollback()


def test_a_referrer_who_left_while_it_cooled_gets_none_and_the_joiner_does(circle, clock, opened):
    referrer = circle.fair.members[0]
    (joiner,) = circle.joined(circle.code(opened, referrer))
    circle.leave(referrer)
    clock.shift(COOLED)
    circle.tick()
    found = circle.referral(joiner)
    assert (found.state, found.referrer_outcome, found.referrer_voucher_id, found.joiner_outcome) == (
        "rewarded",
        "stranger",
        None,
        "given",
    )


def test_who_left_while_it_cooled_brings_nothing(circle, clock, opened):
    (joiner,) = circle.joined(circle.code(opened, circle.fair.members[0]))
    circle.leave(joiner)
    clock.shift(COOLED)
    circle.tick()
    assert circle.states([joiner]) == [("refused", "left")]


def test_who_leaves_after_the_reward_has_it_taken_back_and_what_was_used_stays(circle, clock, opened):
    (joiner,) = circle.joined(circle.code(opened, circle.fair.members[0]))
    clock.shift(COOLED)
    circle.tick()
    circle.fair.redeem(circle.referral(joiner).referrer_voucher_id)
    circle.leave(joiner)
    circle.tick()
    found = circle.referral(joiner)
    assert (found.state, found.reason) == ("clawed_back", "left")
    assert (found.referrer_outcome, found.joiner_outcome) == ("redeemed", "voided")
    assert circle.fair.voucher(found.joiner_voucher_id).state == VoucherState.VOID


def test_what_was_void_before_counts_not_as_redeemed(circle, clock, opened):
    (joiner,) = circle.joined(circle.code(opened, circle.fair.members[0]))
    clock.shift(COOLED)
    circle.tick()
    voucher_id = circle.referral(joiner).referrer_voucher_id
    with circle.fair.staff():
        make_void(circle.fair.maker, voucher_id, reason="重复发放")
        db.session.commit()
    circle.leave(joiner)
    circle.tick()
    found = circle.referral(joiner)
    assert (found.referrer_outcome, found.joiner_outcome) == ("gone", "voided")


def test_after_the_claw_back_period_it_stays(circle, clock, opened):
    (joiner,) = circle.joined(circle.code(opened, circle.fair.members[0]))
    clock.shift(COOLED)
    circle.tick()
    clock.shift(timedelta(days=11))
    circle.leave(joiner)
    circle.tick()
    assert circle.states([joiner]) == [("rewarded", "")]


def test_the_campaign_is_settled_once_nothing_cools(circle, clock, opened):
    circle.joined(circle.code(opened, circle.fair.members[0]))
    clock.shift(A_DAY)
    circle.fair.tick()
    assert circle.fair.campaign(opened).state == State.CLOSED
    clock.shift(COOLED)
    circle.tick()
    circle.fair.tick()
    assert circle.fair.campaign(opened).state == State.SETTLED


@pytest.mark.parametrize(
    ("facts", "field"), [({"stock": 2}, "referrer_batch_id"), ({"cooling_days": 60}, "referrer_batch_id")]
)
def test_what_can_t_be_kept_is_not_announced(circle, facts, field):
    with pytest.raises(NotReady) as refusal:
        circle.fair.step(circle.drafted(**facts), SUBMIT)
    assert refusal.value.field == field


def test_promised_vouchers_are_promised_by_one_campaign(circle):
    taken = circle.announced()
    batch_id = circle.fair.campaign(taken).settings["joiner_batch_id"]
    with pytest.raises(NotReady, match="not-ready"):
        circle.fair.step(circle.drafted(joiner_batch_id=batch_id), SUBMIT)


def test_where_the_module_is_off_the_signal_is_silent(circle, clock, opened, monkeypatch):
    code, person = circle.code(opened, circle.fair.members[0]), circle.fair.people(1)[0]
    monkeypatch.setattr(
        "app.core.signals.published_document",
        lambda _zone: type("Off", (), {"uses": staticmethod(lambda _slug: False)}),
    )
    with circle.fair.work():
        REFERRAL_VERIFIED.send(ReferralVerified(person.member_id, code, circle.fair.campaign(opened).opens_at))
        db.session.commit()
        assert db.session.scalars(db.select(Referral)).all() == []
