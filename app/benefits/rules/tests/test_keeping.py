"""The city keeps its spending rules: nobody puts in force what they proposed themselves."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.benefits.papers import Hand
from app.benefits.rules import keeping
from app.benefits.rules.errors import EndsAlready, EndsTooEarly, NotTheProposer, OwnProposal, RuleMovedOn, RuleOverlaps
from app.benefits.rules.keeping import NewRule
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.states import (
    APPROVE,
    APPROVE_END,
    DECISIONS,
    REFUSE,
    REFUSE_END,
    STEPS,
    WITHDRAW,
    RuleState,
)
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.seen import ChangedMeanwhile
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

MAKER, CHECKER = (Actor(uuid7(), None, name, frozenset({"benefits.rules"})) for name in "甲乙")
NEW = NewRule("festival", 2_500_00, "year", "", today_in_china(), None, "《测试办法》")
PAGE = "/city/benefits/rules"


@pytest.fixture
def union(world):
    return world.union()


@pytest.fixture
def region(union):
    with scope(Plane.CITY, reason="test"):
        yield union


def proposed(union, new: NewRule = NEW) -> PolicyRule:
    return keeping.propose_rule(MAKER, uuid7(), union.id, new)


def take(rule: PolicyRule, step, by: Actor = CHECKER) -> PolicyRule:
    return keeping.take_step(by, rule.id, step, seen=rule.mark)


def in_force(union) -> PolicyRule:
    return take(proposed(union), APPROVE)


def ending(union) -> PolicyRule:
    rule = in_force(union)
    return keeping.propose_end(MAKER, rule.id, today_in_china(), seen=rule.mark)


WAYS = {
    RuleState.PROPOSED: proposed,
    RuleState.IN_FORCE: in_force,
    RuleState.END_PROPOSED: ending,
    RuleState.REFUSED: lambda union: take(proposed(union), REFUSE),
    RuleState.WITHDRAWN: lambda union: take(proposed(union), WITHDRAW, MAKER),
}


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("step", DECISIONS.values(), ids=lambda step: step.action)
def test_each_step_is_taken_from_its_state_alone_and_by_its_hand_alone(region, state, step):
    rule = WAYS[state](region)
    assert rule.state == state
    right, wrong, refusal = (
        (MAKER, CHECKER, NotTheProposer) if step.hand is Hand.MAKER else (CHECKER, MAKER, OwnProposal)
    )
    if state not in step.sources:
        with pytest.raises(RuleMovedOn):
            take(rule, step, right)
        return
    with pytest.raises(refusal):
        take(rule, step, wrong)
    assert take(rule, step, right).state == step.target


def test_every_state_is_reached():
    assert {RuleState.PROPOSED} | {step.target for step in STEPS} == set(RuleState)


def test_a_rule_ends_on_the_day_that_two_agreed_on(region):
    rule = in_force(region)
    with pytest.raises(EndsTooEarly):
        keeping.propose_end(MAKER, rule.id, today_in_china() - timedelta(days=1), seen=rule.mark)
    assert take(ending_again(rule), REFUSE_END).effective_to is None
    assert take(ending_again(rule), APPROVE_END).effective_to == today_in_china()


def ending_again(rule: PolicyRule) -> PolicyRule:
    return keeping.propose_end(MAKER, rule.id, today_in_china(), seen=rule.mark)


def test_an_end_makes_no_rule_longer_than_it_is(region):
    until = today_in_china() + timedelta(days=9)
    rule = take(proposed(region, NewRule(**{**vars_of(NEW), "effective_to": until})), APPROVE)
    following = NewRule(**{**vars_of(NEW), "effective_from": until + timedelta(days=1)})
    take(proposed(region, following), APPROVE)
    with pytest.raises(EndsAlready):
        keeping.propose_end(MAKER, rule.id, until + timedelta(days=1), seen=rule.mark)
    with time_machine.travel(now() + timedelta(days=20)), pytest.raises(EndsAlready):
        keeping.propose_end(MAKER, rule.id, today_in_china(), seen=rule.mark)
    assert keeping.propose_end(MAKER, rule.id, until, seen=rule.mark).state == "end_proposed"


def test_an_end_that_has_passed_meanwhile_is_not_agreed_to(region):
    rule = ending(region)
    with time_machine.travel(now() + timedelta(days=2)):
        with pytest.raises(EndsTooEarly):
            take(rule, APPROVE_END)
        assert take(rule, REFUSE_END).effective_to is None


def test_two_rules_for_the_same_do_not_hold_at_once(region):
    first, second = in_force(region), proposed(region)
    with pytest.raises(RuleOverlaps):
        take(second, APPROVE)
    take(ending_again(first), APPROVE_END)
    with pytest.raises(RuleOverlaps):
        take(second, APPROVE)
    later = NewRule(**{**vars_of(NEW), "effective_from": today_in_china() + timedelta(days=1)})
    assert take(proposed(region, later), APPROVE).state == "in_force"
    other = NewRule(**{**vars_of(NEW), "period": "month"})
    assert take(proposed(region, other), APPROVE).state == "in_force"


def vars_of(new: NewRule) -> dict:
    return {name: getattr(new, name) for name in NewRule.__slots__}


def test_of_two_who_decide_on_what_they_saw_one_does(region):
    rule = in_force(region)
    seen = rule.mark
    take(ending_again(rule), REFUSE_END)
    with pytest.raises(ChangedMeanwhile):
        keeping.propose_end(CHECKER, rule.id, today_in_china(), seen=seen)


def test_the_database_refuses_one_person_for_both(region):
    rule = proposed(region)
    with pytest.raises(IntegrityError, match="policy_rules_two_people"):
        db.session.execute(
            update(PolicyRule)
            .where(PolicyRule.id == rule.id)
            .values(state="in_force", checked_by=rule.made_by, checked_at=db.func.now())
        )
    db.session.rollback()


def test_whoever_lacks_the_right_finds_nothing(region):
    with pytest.raises(NotFound):
        keeping.propose_rule(Actor(uuid7()), uuid7(), region.id, NEW)


def form(union, **changes) -> dict:
    return {"union_id": str(union.id), "category": "festival", "cap": "2,500元", "period": "year",
            "effective_from": "2026-01-01", "source": "《测试办法》"} | changes  # fmt: skip


def test_a_rule_is_proposed_once_by_one_and_put_in_force_by_another(world, union):
    maker, checker = (world.client("city.hall.test", world.city_admin()) for _ in range(2))
    once = str(uuid7())
    for _ in range(2):
        assert maker.post(PAGE, data=form(union, _once=once, csrf_token=csrf_token(maker))).status_code == 302
    with scope(Plane.CITY, reason="test"):
        (rule,) = db.session.scalars(select(PolicyRule).where(PolicyRule.union_path == union.path)).all()
    assert (rule.cap_cents, rule.state) == (2_500_00, "proposed")
    address, seen = f"{PAGE}/{rule.id}/approve_rule", {"_seen": rule.mark}
    refused = maker.post(address, data=seen | {"csrf_token": csrf_token(maker)})
    assert refused.status_code == 403
    assert "须由他人审核" in refused.text
    assert checker.post(address, data=seen | {"csrf_token": csrf_token(checker)}).status_code == 302
    page = checker.get(PAGE).text
    assert "¥2,500.00" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cap": "很多"}, "1200.50"),
        ({"cap": "0"}, "大于零"),
        ({"category": "cash"}, "请选择"),
        ({"effective_from": "明天"}, "格式"),
        ({"effective_to": "2025-12-31"}, "早于"),
        ({"source": ""}, "请填写"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed(world, union, wrong, words):
    client = world.client("city.hall.test", world.city_admin())
    answer = client.post(PAGE, data=form(union, **({"source": "《某办法》"} | wrong), csrf_token=csrf_token(client)))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2,500元"' in answer.text or "cap" in wrong


def test_an_example_fills_the_form_and_leaves_the_source_to_the_city(world):
    page = world.client("city.hall.test", world.city_admin()).get(f"{PAGE}?like=guangdong-relief").text
    assert 'value="600"' in page
    assert '<option value="poverty-relief" selected' in page
