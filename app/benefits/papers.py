"""Papers that one person makes and another checks: their columns, the steps there are, and what is asked before one is taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.seen import require_seen
from tenants.context import Actor, current_zone
from tenants.database import ZoneScoped, db
from tenants.turns import take_turn


class Hand(StrEnum):
    """Who takes a step: anybody with the right, whoever made the paper, somebody else who may approve, or background work."""

    ANYBODY = "anybody"
    MAKER = "maker"
    CHECKER = "checker"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`; one that needs a reason is not taken without."""

    action: str
    sources: frozenset[StrEnum]
    target: StrEnum
    hand: Hand
    needs_reason: bool = False


class Paper:
    """How a paper stands, and who made and checked it. Whoever made it never checks it: the database refuses that too."""

    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[UUID]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    checked_by: Mapped[UUID | None]
    checked_by_name: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"


AnyPaper = TypeVar("AnyPaper", bound=Paper)
Made = TypeVar("Made", bound=ZoneScoped)


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is raised where a step can't be taken: from this state, by somebody else than the maker, by the maker, without a reason,
    which is told at the field `reason`."""

    moved_on: type[DomainError]
    not_the_maker: type[DomainError]
    own: type[DomainError]
    reason_missing: type[DomainError] = InvalidInput
    reason: str = "reason"


def find_step(steps: Iterable[Step], action: str, hand: Hand) -> Step:
    """The step of this name that this hand takes. Raises `NotFound`."""
    found = next((step for step in steps if step.action == action and step.hand is hand), None)
    if found is None:
        raise NotFound
    return found


def made_before(table: type[Made], made_id: UUID) -> Made | None:
    """What of the zone was made under an id before; of two who make it at once the second waits, and finds what the first made."""
    zone_id = current_zone().id
    take_turn(f"benefits.make.{zone_id}.{made_id}")
    return db.session.get(table, (zone_id, made_id))


def hold(table: type[AnyPaper], paper_id: UUID, place: str) -> AnyPaper:
    """A paper of the zone as committed now; whoever else changes it waits. A row lock would ask for the right to change it in any
    state. Raises `NotFound`."""
    take_turn(f"{place}.{paper_id}")
    found = db.session.get(table, (current_zone().id, paper_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found


def require_step(
    actor: Actor, paper: Paper, step: Step, refusals: Refusals, *, seen: str | None, reason: str = ""
) -> None:
    """Raises one of the `refusals`, or `ChangedMeanwhile`, where the actor can't take the step."""
    if paper.state not in step.sources:
        raise refusals.moved_on
    if step.hand is Hand.MAKER and paper.made_by != actor.account_id:
        raise refusals.not_the_maker
    if step.hand is Hand.CHECKER and paper.made_by == actor.account_id:
        raise refusals.own
    require_seen(seen, paper.mark)
    if step.needs_reason and not reason:
        raise refusals.reason_missing(field=refusals.reason)


def move(actor: Actor, paper: Paper, step: Step) -> None:
    """Set a paper down where the step leads; of a checker's step, with who took it and when."""
    if step.hand is Hand.CHECKER:
        paper.checked_by, paper.checked_by_name, paper.checked_at = actor.account_id, actor.name, now()
    paper.state = step.target
    paper.version += 1
    db.session.flush()
