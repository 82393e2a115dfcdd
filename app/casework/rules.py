"""What a kind may add to the rules every case has, where it rests on an entitlement: a cover, a formula, a cap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from app.casework.calculations.declarations import Calculation
    from app.casework.models import Case
    from app.casework.states import Step
    from tenants.context import Actor


class CaseRules(Protocol):
    """The rules of one kind (`CaseKind.rules`); each runs in the transaction of what it is asked about."""

    def is_open_to_former(self, actor: Actor) -> bool:
        """Whether somebody who has left the zone's unions may still hand such a case in."""
        ...

    def preview(self, actor: Actor, typed: Mapping[str, Any]) -> Calculation:
        """What comes out of what was typed so far, right or wrong."""
        ...

    def calculation(self, case: Case) -> Calculation:
        """What comes out of what was handed in."""
        ...

    def warnings(self, case: Case) -> tuple[str, ...]:
        """What the desk should look at before it decides."""
        ...

    def require_submission(self, actor: Actor, case: Case, answers: Mapping[str, Any]) -> None:
        """Raises `InvalidInput`, at its field, for what may not be handed in."""
        ...

    def require_step(self, case: Case, step: Step, given: Mapping[str, Any]) -> None:
        """Raises a `DomainError` for a step that may not be taken with these inputs."""
        ...
