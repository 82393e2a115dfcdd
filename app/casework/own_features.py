"""What a kind adds to what every case has: a module derives from `OwnFeatures` and names it in `CaseKind.own`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, false

if TYPE_CHECKING:
    from app.casework.calculations.declarations import Calculation
    from app.casework.file_export.parts import FilePart
    from app.casework.forms.reading import Answers
    from app.casework.models import Case, CaseEvent
    from app.casework.panels import Panel, Values
    from app.casework.states import Step
    from app.core.modules import Text
    from tenants.context import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """What a form comes to before it is sent: `template`, within which `values` are `panel`."""

    template: str
    values: Values


class OwnFeatures:
    """Nothing of its own; each part is overridden by a kind that has it, and runs in the transaction of what it is asked about.

    Panels, and parts of the archive of a case, stand before those that every case has. `milestones` are what stands on the member's line
    of steps besides the steps of the kind, with their titles. A case that `rests_on_entitlement` is nobody else's to take:
    it is neither merged nor handed over.
    """

    desk_panels: tuple[Panel, ...] = ()
    member_panels: tuple[Panel, ...] = ()
    file_parts: tuple[FilePart, ...] = ()
    event_titles: Mapping[str, Text] = MappingProxyType({})
    milestones: Mapping[str, Text] = MappingProxyType({})
    rests_on_entitlement: bool = False

    def is_open_to_former(self, actor: Actor) -> bool:  # noqa: ARG002 - most kinds are open to none
        """Whether somebody who has left the zone's unions may still hand such a case in."""
        return False

    def preview(self, actor: Actor, typed: Mapping[str, Any], answers: Answers | None = None) -> Preview | None:
        """What comes out of what was typed so far, right or wrong; `answers` are it read, once all of it is right."""

    def require_submission(self, actor: Actor, case: Case, answers: Mapping[str, Any]) -> None:
        """Raises `InvalidInput`, at its field, for what may not be handed in."""

    def require_step(self, case: Case, step: Step, given: Mapping[str, Any]) -> None:
        """Raises a `DomainError` for a step that may not be taken with these inputs."""

    def follow(self, case: Case, event: CaseEvent) -> None:
        """What else happens when a step was taken (`app.casework.consequences`), or a case left for another zone or came from one."""

    def waits_for_handler(self) -> ColumnElement[bool]:
        """Of the columns of `Case`: something happened that its handler has to see to, besides promises."""
        return false()

    def owes(self) -> ColumnElement[bool]:
        """Of the columns of `Case`: something is still to be paid to others than the member, and the case is not erased before."""
        return false()

    def list_owed(self, case: Case) -> list[str]:  # noqa: ARG002 - most kinds owe nothing to others
        """What is owed so, line by line, in words for who keeps and erases cases."""
        return []

    def leave_to_accounts(self, case: Case) -> None:
        """What the kind's vouchers tell in words is erased with what its member told."""

    def calculation(self, case: Case) -> Calculation | None:
        """What comes out of what was handed in, line by line; the forms of steps begin with it."""

    def warnings(self, case: Case) -> tuple[str, ...]:  # noqa: ARG002 - most kinds warn of nothing
        """What the desk should look at before it decides."""
        return ()

    def usual_cents(self, case: Case) -> tuple[int, int] | None:
        """From and to how much is usually granted, of a calculation exactly that: a recommendation of anything else takes a note."""
        calculated = self.calculation(case)
        return (calculated.cents, calculated.cents) if calculated else None
