"""How the city keeps its spending rules: one proposes a rule or its end, another puts that in force. On the city plane."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.papers import Refusals, Step, move, require_step
from app.benefits.rules.errors import (
    EndsAlready,
    EndsTooEarly,
    NotTheProposer,
    OwnProposal,
    RuleMovedOn,
    RuleOverlaps,
    UnknownRegion,
)
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.states import APPROVE, APPROVE_END, PROPOSE_END, RuleState
from app.core.audit import record
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.unions.models import Union
from tenants.context import Actor
from tenants.database import db
from tenants.paths import is_root
from tenants.turns import take_turn

KEEP = "benefits.rules"
REFUSALS = Refusals(RuleMovedOn, NotTheProposer, OwnProposal)


@dataclass(frozen=True, slots=True)
class NewRule:
    """What a proposed rule says (`PolicyRule`)."""

    category: str
    cap_cents: int
    period: str
    earmark: str
    effective_from: date
    effective_to: date | None
    source: str


def propose_rule(actor: Actor, rule_id: UUID, union_id: UUID, new: NewRule) -> PolicyRule:
    """Propose a rule for a union and all below it; sent twice it is one. Raises `NotFound`, `UnknownRegion`."""
    _require_right(actor)
    take_turn("benefits.rules")
    before = db.session.get(PolicyRule, rule_id)
    if before is not None:
        return before
    union = db.session.get(Union, union_id)
    if union is None:
        raise UnknownRegion(field="union_id")
    made = PolicyRule(
        id=rule_id, union_path=union.path, region="" if is_root(union.path) else union.name, state=RuleState.PROPOSED,
        version=1, made_by=actor.account_id, made_by_name=actor.name, **asdict(new),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _remember("propose_rule", made)
    return made


def propose_end(actor: Actor, rule_id: UUID, ends_on: date, *, seen: str) -> PolicyRule:
    """Propose the last day of a rule in force. Raises `EndsTooEarly`, `EndsAlready`, and like `take_step`."""
    rule = _held(actor, rule_id, PROPOSE_END, seen)
    if ends_on < max(today_in_china(), rule.effective_from):
        raise EndsTooEarly(field="ends_on")
    if rule.effective_to and ends_on > rule.effective_to:
        raise EndsAlready(field="ends_on")
    rule.ends_on, rule.made_by, rule.made_by_name, rule.made_at = ends_on, actor.account_id, actor.name, now()  # type: ignore[assignment]
    rule.checked_by, rule.checked_by_name, rule.checked_at = None, "", None
    _move(actor, rule, PROPOSE_END)
    return rule


def take_step(actor: Actor, rule_id: UUID, step: Step, *, seen: str) -> PolicyRule:
    """Decide on what was proposed.

    Raises `NotFound`, `RuleMovedOn`, `ChangedMeanwhile`, `OwnProposal`, `NotTheProposer`, on a rule's approval `RuleOverlaps`, and
    `EndsTooEarly` where the end that is agreed to has passed meanwhile: gifts were held to the rule until now.
    """
    rule = _held(actor, rule_id, step, seen)
    if step is APPROVE:
        _require_room(rule)
    if step is APPROVE_END:
        if rule.ends_on and rule.ends_on < today_in_china():
            raise EndsTooEarly
        rule.effective_to = rule.ends_on
    rule.ends_on = None
    _move(actor, rule, step)
    return rule


def _held(actor: Actor, rule_id: UUID, step: Step, seen: str) -> PolicyRule:
    """The rule as committed now, where the actor may take the step; whoever else changes it waits."""
    _require_right(actor)
    # Two rules for the same are approved one after the other.
    take_turn("benefits.rules")
    rule = db.session.get(PolicyRule, rule_id, populate_existing=True)
    if rule is None:
        raise NotFound
    require_step(actor, rule, step, REFUSALS, seen=seen)
    return rule


def _require_room(rule: PolicyRule) -> None:
    same = [
        getattr(PolicyRule, name) == getattr(rule, name) for name in ("union_path", "category", "period", "earmark")
    ]
    others = select(PolicyRule.id).where(
        *same,
        PolicyRule.state.in_([RuleState.IN_FORCE, RuleState.END_PROPOSED]),
        func.coalesce(PolicyRule.effective_to, date.max) >= rule.effective_from,
        PolicyRule.effective_from <= (rule.effective_to or date.max),
    )
    if db.session.scalar(others.limit(1)) is not None:
        raise RuleOverlaps


def _move(actor: Actor, rule: PolicyRule, step: Step) -> None:
    move(actor, rule, step)
    _remember(step.action, rule)


def _require_right(actor: Actor) -> None:
    if not actor.may(KEEP):
        raise NotFound


def _remember(deed: str, rule: PolicyRule) -> None:
    record(
        f"benefits.{deed}", object_type="policy_rule", object_id=rule.id, region=rule.region, category=rule.category,
        cap_cents=rule.cap_cents, source=rule.source,
    )  # fmt: skip
