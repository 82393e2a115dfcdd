"""The rule who reads a case, as a table: every person in every relation to a case in every state."""

from uuid import UUID

import pytest

from app.casework.access.rule import Part, Standing, part_of
from app.casework.models import Case
from app.casework.states import Phase
from app.modules.help.cases import CASEWORK
from tenants.context import Actor
from tenants.ids import uuid7

KIND = CASEWORK.kinds[0]
STATES = [state.key for state in KIND.table.states]
DRAFT, TO_DECIDE = "draft", set(KIND.states_to_decide)
ME, ANOTHER, MEMBER = uuid7(), uuid7(), uuid7()
RIGHTS = {
    "reviewer": frozenset({KIND.review}),
    "approver": frozenset({KIND.review, KIND.decide}),
    "decides only": frozenset({KIND.decide}),
    "editor": frozenset({"news.write"}),
}
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
    "who submitted it": ({"handler_id": ME, "submitted_by": ME}, Standing(is_participant=True, has_opened=True)),
}
WHATEVER_THE_STATE = {"handler": Part.HANDLER, "participant": Part.PARTICIPANT, "opener": Part.OPENER}
NO_DECISION_TO_TAKE = {"who recommended and is handler no more"}


def expected(right: str, relation: str, state: str) -> Part | None:
    """The rule, written down once more, independent of the code."""
    if state == DRAFT or right not in ("reviewer", "approver"):
        return None
    if relation.startswith("conflicted") or relation == "who submitted it":
        return None
    if relation in ("handler", "participant"):
        return WHATEVER_THE_STATE[relation]
    if right == "approver":
        if relation in ("who decided", "who decided on the appeal"):
            return Part.DECIDER
        if state in TO_DECIDE and relation not in NO_DECISION_TO_TAKE:
            return Part.DECIDER
    return WHATEVER_THE_STATE.get(relation)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("right", RIGHTS)
def test_who_reads_a_case_by_right_relation_and_state(right, relation, state):
    columns, standing = RELATIONS[relation]
    case = Case(
        **{
            "member_id": MEMBER,
            "submitted_by": ANOTHER,
            "state": state,
            "phase": str(KIND.table[state].phase),
            **columns,
        }
    )
    actor = Actor(ME, None, "干部", RIGHTS[right])
    assert part_of(actor, case, KIND, standing) is expected(right, relation, state)


def test_neither_the_applicant_nor_nobody_reads_at_the_desk():
    case = Case(member_id=MEMBER, submitted_by=None, handler_id=None, state="recommended", phase=Phase.OPEN)
    everything = Standing(is_participant=True, has_opened=True)
    for actor in (Actor(ME, MEMBER, "", RIGHTS["approver"]), Actor(None, None, "", RIGHTS["approver"])):
        assert part_of(actor, case, KIND, everything) is None
