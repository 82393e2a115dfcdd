"""Who works at this desk, for pages: names and roles are read on the identity plane, in a transaction of their own."""

from app.casework.access.conflicts import list_conflicted
from app.casework.assignment.choosing import is_suited
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.identity.queries import Colleague, list_colleagues
from tenants.context import current_zone


def list_here(permission: str) -> list[Colleague]:
    """Who holds a permission in the running zone, by name. Ends the running transaction."""
    finish(succeeded=True)
    with own_transaction():
        return list_colleagues(permission, current_zone().union_path)


def list_suited(case: Case) -> list[Colleague]:
    """Who may deal with the case, by name. Ends the running transaction."""
    conflicted = list_conflicted(case.id)
    return [one for one in list_here(find_kind(case.kind).review) if is_suited(one, case, conflicted)]
