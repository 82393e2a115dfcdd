"""What the manifest names as providers."""

from app.casework.providers import CaseProviders
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
