"""What the manifest names as providers."""

from app.casework.providers import CaseProviders
from app.modules.legal_aid.fees import statement
from app.modules.legal_aid.fees.waiting import count_waiting_for
from app.modules.legal_aid.lawyers import queries
from app.modules.legal_aid.lawyers.models import AssignmentState
from tenants.context import current_actor

CASES = CaseProviders("legal_aid")


def count_own_offers() -> int:
    """The offers that wait for the lawyer who looks."""
    return queries.count_own(current_actor(), AssignmentState.OFFERED)


def count_own_cases() -> int:
    """The cases that the lawyer who looks has in hand."""
    return queries.count_own(current_actor(), AssignmentState.ACCEPTED)


def count_fees_waiting() -> int:
    """The fee claims that wait for whoever looks, to approve or to pay."""
    return count_waiting_for(current_actor())


def fees_paid() -> str:
    """What was paid to lawyers this year."""
    return statement.told_paid_this_year()


def fees_open() -> str:
    """What lawyers claim and is neither paid nor refused."""
    return statement.told_open()
