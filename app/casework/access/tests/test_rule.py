"""The rule who reads a case, as a table: every person in every relation to a case in every state."""

from itertools import product
from uuid import UUID

import pytest

from app.casework.access.rule import Part, Standing, part_of
from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.casework.states import Phase, Who
from tenants.context import Actor
from tenants.ids import uuid7
from tests.fixtures.cases import declared_kinds

KINDS = {kind.key: kind for kind in declared_kinds()}
ME, ANOTHER, MEMBER = uuid7(), uuid7(), uuid7()
RIGHTS = ("reviewer", "approver", "decides only", "counsel", "editor")
# The relation to the case → what the case and the rows say of it.
RELATIONS: dict[str, tuple[dict[str, UUID], Standing]] = {
    "none": ({}, Standing()),
    "of a case another has": ({"handler_id": ANOTHER}, Standing()),
    "handler": ({"handler_id": ME}, Standing()),
    "participant": ({"handler_id": ANOTHER}, Standing(is_participant=True)),
    "opener": ({"handler_id": ANOTHER}, Standing(has_opened=True)),
    "who recommended and is handler no more": ({"handler_id": ANOTHER, "recommended_by": ME}, Standing()),
    "who decided": ({"handler_id": ANOTHER, "recommended_by": ANOTHER, "decided_by": ME}, Standing()),
    "who decided on the appeal": ({"handler_id": ANOTHER, "decided_by": ANOTHER, "appeal_decided_by": ME}, Standing()),
    "conflicted handler": ({"handler_id": ME}, Standing(is_conflicted=True)),
    "conflicted participant": ({}, Standing(is_conflicted=True, is_participant=True)),
    "conflicted opener": ({}, Standing(is_conflicted=True, has_opened=True)),
    "conflicted decider": ({"decided_by": ME}, Standing(is_conflicted=True)),
    "conflicted counsel": ({"handler_id": ANOTHER}, Standing(is_conflicted=True, is_counsel=True)),
    "counsel": ({"handler_id": ANOTHER}, Standing(is_counsel=True)),
    "who submitted it": ({"handler_id": ME, "submitted_by": ME}, Standing(is_participant=True, has_opened=True)),
}
WHATEVER_THE_STATE = {"handler": Part.HANDLER, "participant": Part.PARTICIPANT, "opener": Part.OPENER}
NO_DECISION_TO_TAKE = {"who recommended and is handler no more"}


def permissions(kind: CaseKind, right: str) -> frozenset[str]:
    counsel = kind.counsel.permission if kind.counsel else "nobody's"
    held = {
        "reviewer": {kind.review},
        "approver": {kind.review, kind.decide},
        "decides only": {kind.decide},
        "counsel": {counsel},
    }
    return frozenset(held.get(right, {"news.write"}))


def expected(kind: CaseKind, right: str, relation: str, state: str) -> Part | None:
    """The rule, written down once more, independent of the code."""
    phase = kind.table[state].phase
    if phase is Phase.DRAFT or relation.startswith("conflicted") or relation == "who submitted it":
        return None
    if right == "counsel":
        return Part.COUNSEL if kind.counsel and relation == "counsel" and not phase.is_over else None
    if right not in ("reviewer", "approver"):
        return None
    waits = any(step.who is Who.APPROVER for step in kind.table.steps_from(state))
    has_decided = relation in ("who decided", "who decided on the appeal")
    decides = has_decided or (waits and relation not in NO_DECISION_TO_TAKE)
    if right == "approver" and decides and relation not in ("handler", "participant"):
        return Part.DECIDER
    return WHATEVER_THE_STATE.get(relation)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_who_reads_a_case_by_right_relation_and_state(kind):
    wrong = []
    for state in kind.table.states:
        for relation, right in product(RELATIONS, RIGHTS):
            columns, standing = RELATIONS[relation]
            told = {"member_id": MEMBER, "submitted_by": ANOTHER, "state": state.key, "phase": str(state.phase)}
            actor = Actor(ME, None, "干部", permissions(kind, right))
            part = part_of(actor, Case(**{**told, **columns}), kind, standing)
            if part is not expected(kind, right, relation, state.key):
                wrong.append((state.key, relation, right))
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_neither_the_applicant_nor_nobody_reads_at_the_desk(kind):
    everything, held = Standing(is_participant=True, has_opened=True, is_counsel=True), permissions(kind, "approver")
    for state in kind.table.states:
        case = Case(member_id=MEMBER, submitted_by=None, handler_id=None, state=state.key, phase=state.phase)
        for actor in (Actor(ME, MEMBER, "", held), Actor(None, None, "", held)):
            assert part_of(actor, case, kind, everything) is None
