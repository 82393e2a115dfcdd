"""What else happens, in the same transaction, when a step was taken with a case: a feature hooks in by a line here.

Each is called with the case as it stands now and the line of its history; none may take a step itself.
"""

from collections.abc import Callable

from app.casework.assignment.giving_anew import order_giving_anew
from app.casework.assignment.operations import offer
from app.casework.contacts.handing_on import follow_handler
from app.casework.handover.proposing import lapse_handover
from app.casework.issuing.operations import order_letter
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.payments.ordering import order_payment, void_payments
from app.casework.public_notice.listing import take_off


def follow_of_kind(case: Case, event: CaseEvent) -> None:
    """What follows in the case's own kind."""
    find_kind(case.kind).own.follow(case, event)


CONSEQUENCES: tuple[Callable[[Case, CaseEvent], None], ...] = (
    order_letter,
    take_off,
    follow_handler,
    void_payments,
    order_payment,
    offer,
    order_giving_anew,
    follow_of_kind,
    lapse_handover,
)
