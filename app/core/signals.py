"""Named signals between modules, which never import each other: who sends one and who listens know the signal alone.

Each is defined here with its sender, what it carries, and what is promised. Listeners are in a module's `listeners.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from tenants.context import current_zone
from tenants.revisions import published_document

Told = TypeVar("Told")


class Signal(Generic[Told]):
    """A signal `<module>.<what happened>`. Listeners of modules that the running zone does not use are silent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._listeners: list[tuple[str, Callable[[Told], None]]] = []

    def listen(self, module: str) -> Callable[[Callable[[Told], None]], Callable[[Told], None]]:
        """Marks a function of a module that is called with what each signal carries."""

        def mark(listener: Callable[[Told], None]) -> Callable[[Told], None]:
            self._listeners.append((module, listener))
            return listener

        return mark

    def send(self, told: Told) -> None:
        """Tell everybody who listens, in the running zone and transaction; what a listener raises is raised to the sender."""
        uses = published_document(current_zone()).uses
        for module, listener in self._listeners:
            if uses(module):
                listener(told)


@dataclass(frozen=True, slots=True)
class ReferralVerified:
    """A member whose joining is verified, and the code of the member who referred them."""

    member_id: UUID
    code: str
    verified_at: datetime


REFERRAL_VERIFIED: Signal[ReferralVerified] = Signal("joining.referral-verified")
"""Sent by the module `joining`, on the worker plane in the zone that was joined and in the transaction that verifies the membership,
for each who joined with a code: the visitor's session holds it as `REFERRAL_CODE`. It may be sent again for the same member."""
REFERRAL_CODE = "referral_code"
