"""Whose hands may touch a payment: nobody's who is the applicant or knows them, and whoever decided makes no batch of it."""

from collections.abc import Iterable

from app.casework.access.conflicts import conflicts_of
from app.casework.access.rule import is_own
from app.casework.models import Case
from app.casework.payments.errors import NotTheirs
from tenants.context import Actor


def require_apart(actor: Actor, cases: Iterable[Case], *, makes: bool = False) -> None:
    """Raises `NotTheirs` for cases the actor has a part in; who `makes` a batch has not decided on them either."""
    cases = list(cases)
    known = conflicts_of(actor.account_id, [case.id for case in cases])
    kept = [case for case in cases if is_own(actor, case) or case.id in known or (makes and _decided(actor, case))]
    if kept:
        raise NotTheirs(sorted(case.number or "" for case in kept))


def _decided(actor: Actor, case: Case) -> bool:
    return actor.account_id in (case.decided_by, case.appeal_decided_by)
