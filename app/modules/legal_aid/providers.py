"""What the manifest names as providers."""

from app.casework.providers import CaseProviders
from app.modules.legal_aid.lawyers import queries
from tenants.context import current_actor

CASES = CaseProviders("legal_aid")


def count_own_offers() -> int:
    """The offers that wait for the lawyer who looks."""
    return queries.count_offers(current_actor())
