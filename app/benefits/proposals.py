"""What one person proposes and another decides on: the steps there are, and how one is taken."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.papers import Hand, Paper, Refusals, Step, hold, move, require_step
from app.benefits.rules.errors import NotTheProposer, OwnProposal
from app.core.errors import Conflict, InvalidInput
from tenants.context import Actor


class ProposalState(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_WAITS = frozenset({ProposalState.SUBMITTED})
APPROVE = Step("approve", _WAITS, ProposalState.APPROVED, Hand.CHECKER)
REFUSE = Step("refuse", _WAITS, ProposalState.REFUSED, Hand.CHECKER, needs_reason=True)
WITHDRAW = Step("withdraw", _WAITS, ProposalState.WITHDRAWN, Hand.MAKER)
STEPS = {step.action: step for step in (APPROVE, REFUSE, WITHDRAW)}


class Proposal(Paper):
    """The columns of what somebody proposed and somebody else decides on."""

    reason: Mapped[str] = mapped_column(default="")


AnyProposal = TypeVar("AnyProposal", bound=Proposal)


class ProposalDecided(Conflict):
    """It was decided on, or withdrawn, before."""

    code = "benefits-proposal-decided"
    message = _("This was decided on already.")


class WhyMissing(InvalidInput):
    """What is refused says why."""

    code = "benefits-why-missing"
    message = _("Say why: whoever proposed this reads it.")


REFUSALS = Refusals(ProposalDecided, NotTheProposer, OwnProposal, WhyMissing)


def take_step(
    actor: Actor, table: type[AnyProposal], proposal_id: UUID, step: Step, *, seen: str, reason: str = ""
) -> AnyProposal:
    """Decide on a proposal, once.

    Raises `NotFound`, `ProposalDecided`, `ChangedMeanwhile`, `OwnProposal`, `NotTheProposer`, `WhyMissing`.
    """
    found = hold(table, proposal_id, "benefits.proposal")
    require_step(actor, found, step, REFUSALS, seen=seen, reason=reason)
    found.reason = reason
    move(actor, found, step)
    return found
