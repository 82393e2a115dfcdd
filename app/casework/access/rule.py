"""Who reads what a case tells: one rule for its pages, papers and steps. Pure: no database.

The line of the list, with masked names, is for everybody who reviews; what the case tells is for those who have a part in it.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.casework.states import Phase
from tenants.context import Actor


class Part(StrEnum):
    """As whom somebody of the staff reads a case.

    The `HANDLER` has taken it, a `PARTICIPANT` was named to help, a `DECIDER` has to decide or has decided, the `COUNSEL` is a
    person from outside to whom it was given, an `OPENER` stated a reason.
    """

    HANDLER = "handler"
    PARTICIPANT = "participant"
    DECIDER = "decider"
    COUNSEL = "counsel"
    OPENER = "opener"


TAKING_PART = frozenset({Part.HANDLER, Part.PARTICIPANT, Part.DECIDER})
"""Who may do something with a case that somebody has; who opened it for a reason only reads."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account's rows at a case say: kept from it by a conflict of interest, named to help, opened for a reason, given
    it as counsel; and whether an objection to its grant is at hand."""

    is_conflicted: bool = False
    is_participant: bool = False
    has_opened: bool = False
    is_counsel: bool = False
    is_objected_to: bool = False


def is_own(actor: Actor, case: Case) -> bool:
    """Whether the case is the actor's own, by membership or by the account that submitted it."""
    return case.submitted_by == actor.account_id or actor.member_id == case.member_id


def part_of(actor: Actor, case: Case, kind: CaseKind, standing: Standing) -> Part | None:
    """As whom the actor reads the case; None for who may not."""
    if case.phase == Phase.DRAFT or actor.account_id is None or is_own(actor, case) or standing.is_conflicted:
        return None
    return _part_of_reviewer(actor, case, kind, standing) or _part_of_counsel(actor, case, kind, standing)


def _part_of_reviewer(actor: Actor, case: Case, kind: CaseKind, standing: Standing) -> Part | None:
    if not actor.may(kind.review):
        return None
    if case.handler_id == actor.account_id:
        return Part.HANDLER
    if standing.is_participant:
        return Part.PARTICIPANT
    if _decides(actor, case, kind, standing):
        return Part.DECIDER
    return Part.OPENER if standing.has_opened else None


def _part_of_counsel(actor: Actor, case: Case, kind: CaseKind, standing: Standing) -> Part | None:
    """What somebody from outside was given they read until it is over."""
    is_given = kind.counsel is not None and actor.may(kind.counsel.permission) and standing.is_counsel
    return Part.COUNSEL if is_given and not Phase(case.phase).is_over else None


def _decides(actor: Actor, case: Case, kind: CaseKind, standing: Standing) -> bool:
    """Whether the case, or an objection to its grant, waits for the actor's decision, or has had it."""
    if not actor.may(kind.decide):
        return False
    waits = case.state in kind.states_to_decide and case.recommended_by != actor.account_id
    return waits or standing.is_objected_to or actor.account_id in (case.decided_by, case.appeal_decided_by)
