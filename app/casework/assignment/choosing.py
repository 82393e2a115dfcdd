"""To whom a case may be given, and to whom it is. Pure: no database."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from app.casework.models import Case
from app.identity.queries import Colleague
from tenants.paths import is_within


def is_suited(colleague: Colleague, case: Case, conflicted: Collection[UUID]) -> bool:
    """Whether somebody may deal with a case: not their own, nobody they know, nothing kept from a union they are tied to."""
    is_own = colleague.account_id == case.submitted_by or colleague.member_id == case.member_id
    return not (is_own or is_kept_from(colleague.ties, case) or colleague.account_id in conflicted)


def is_kept_from(ties: Iterable[str], case: Case) -> bool:
    """Whether whoever is tied to these unions must not know of the case."""
    return any(is_within(tie, path) for tie in ties for path in case.blind_paths)


def choose(
    suited: Iterable[Colleague], on_duty: UUID | None, loads: Mapping[UUID, int], deciding: Collection[UUID] = ()
) -> Colleague | None:
    """Who is on duty for the case's union, else whoever has least; None if nobody is suited.

    Those `deciding` come last: who deals with a case can't decide on it.
    """
    people = list(suited)
    named = next((one for one in people if one.account_id == on_duty), None)

    def place(one: Colleague) -> tuple[bool, int, str, UUID]:
        return one.account_id in deciding, loads.get(one.account_id, 0), one.name, one.account_id

    return named or min(people, key=place, default=None)
