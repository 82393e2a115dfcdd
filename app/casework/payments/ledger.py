"""The books of payments: what was granted, ordered and paid, told three times over and compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.casework.models import Case
from app.casework.payments.models import PaymentLine, PaymentOrder
from app.casework.payments.states import LineOutcome, OrderState
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Books:
    """Cents of a module: granted by cases, ordered by state, and paid by the bank's answers and by the cases' own sums.

    What was paid on a decision that is void since counts as granted: it has been.
    """

    granted: int
    ordered: Mapping[str, int]
    answered: int
    noted: int

    def of(self, state: str) -> int:
        return self.ordered.get(state, 0)

    @property
    def standing(self) -> int:
        """All that is ordered and not void."""
        return sum(self.ordered.values()) - self.of(OrderState.VOID)

    @property
    def agree(self) -> bool:
        """Whether all that was granted is ordered, and what is paid is paid in every book."""
        paid = self.of(OrderState.PAID)
        return self.granted == self.standing and paid == self.answered == self.noted


def books(module: str) -> Books:
    """The books of a module, over the cases that are kept."""
    granted_or_paid = func.greatest(func.coalesce(Case.amount_granted_cents, 0), Case.amount_paid_cents)
    cases = select(func.sum(granted_or_paid), func.sum(Case.amount_paid_cents)).where(Case.module == module)
    granted, noted = db.session.execute(cases).one()
    by_state = select(PaymentOrder.state, func.sum(PaymentOrder.amount_cents)).where(PaymentOrder.module == module)
    answered = (
        select(func.sum(PaymentOrder.amount_cents))
        .join(PaymentLine, PaymentLine.order_id == PaymentOrder.id)
        .where(PaymentOrder.module == module, PaymentLine.outcome == LineOutcome.PAID)
    )
    return Books(
        granted=int(granted or 0),
        ordered={state: int(cents) for state, cents in db.session.execute(by_state.group_by(PaymentOrder.state))},
        answered=int(db.session.execute(answered).scalar_one() or 0),
        noted=int(noted or 0),
    )
