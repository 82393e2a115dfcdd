"""What one person proposes and another decides on: the steps there are, and how one is taken."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.rules.errors import NotTheProposer, OwnProposal
from app.core.clock import now
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.seen import require_seen
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn


class ProposalState(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a proposal that was submitted, by whoever made it or by somebody else; one with a reason is not taken without."""

    action: str
    target: ProposalState
    is_of_maker: bool = False
    needs_reason: bool = False


APPROVE = Step("approve", ProposalState.APPROVED)
REFUSE = Step("refuse", ProposalState.REFUSED, needs_reason=True)
WITHDRAW = Step("withdraw", ProposalState.WITHDRAWN, is_of_maker=True)
STEPS = {step.action: step for step in (APPROVE, REFUSE, WITHDRAW)}


class Proposal:
    """The columns of what somebody proposed and somebody else decides on."""

    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[UUID]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    checked_by: Mapped[UUID | None]
    checked_by_name: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"


AnyProposal = TypeVar("AnyProposal", bound=Proposal)


class ProposalDecided(Conflict):
    """It was decided on, or withdrawn, before."""

    code = "benefits-proposal-decided"
    message = _("This was decided on already.")


class WhyMissing(InvalidInput):
    """What is refused says why."""

    code = "benefits-why-missing"
    message = _("Say why: whoever proposed this reads it.")


def take_step(
    actor: Actor, table: type[AnyProposal], proposal_id: UUID, step: Step, *, seen: str, reason: str = ""
) -> AnyProposal:
    """Decide on a proposal, once.

    Raises `NotFound`, `ProposalDecided`, `ChangedMeanwhile`, `OwnProposal`, `NotTheProposer`, `WhyMissing`.
    """
    take_turn(f"beans.proposal.{proposal_id}")
    found = db.session.get(table, (current_zone().id, proposal_id), populate_existing=True)
    if found is None:
        raise NotFound
    if found.state != ProposalState.SUBMITTED:
        raise ProposalDecided
    if step.is_of_maker and found.made_by != actor.account_id:
        raise NotTheProposer
    if not step.is_of_maker and found.made_by == actor.account_id:
        raise OwnProposal
    require_seen(seen, found.mark)
    if step.needs_reason and not reason:
        raise WhyMissing(field="reason")
    if not step.is_of_maker:
        found.checked_by, found.checked_by_name, found.checked_at = actor.account_id, actor.name, now()
    found.state, found.reason = step.target, reason
    found.version += 1
    db.session.flush()
    return found
