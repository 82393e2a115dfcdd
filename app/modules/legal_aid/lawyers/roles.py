"""The roles by which lawyers act here and, for some weeks after their last day, claim the fees of what they did."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.identity.operations import grant_role, take_role
from app.identity.schemas import end_of_day
from app.modules.legal_aid.fees.standards import claim_within
from app.modules.legal_aid.lawyers.errors import OnThePanel
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.queries import is_acting
from app.modules.legal_aid.rights import FORMER_ROLE, LAWYER_ROLE
from tenants.context import Actor, current_zone
from tenants.database import db

HOLDER = "legal_aid"


def give_roles(actor: Actor, lawyer: Lawyer) -> None:
    """Let the account of a lawyer act to their last day, and claim fees for as long as anything of theirs can be claimed."""
    if lawyer.account_id is None:
        return
    until = end_of_day(lawyer.active_to) if lawyer.active_to else None
    zone = current_zone()
    grant_role(actor, lawyer.account_id, LAWYER_ROLE, zone.union_id, expires_at=until, name=lawyer.name, holder=HOLDER)
    _let_claim(actor, lawyer)


def take_roles(actor: Actor, lawyer: Lawyer) -> None:
    """Let go of the account of a lawyer whose last day is noted: it claims fees from now on, and nothing else."""
    account_id = lawyer.account_id
    if account_id is None:
        return
    _let_claim(actor, lawyer)
    lawyer.account_id = None
    db.session.flush()
    with suppress(NotFound):  # taken by the city while the zone was closed
        take_role(actor, account_id, LAWYER_ROLE, current_zone().union_id)


def require_off_the_panel(account_id: UUID) -> None:
    """Raises `OnThePanel` for who acts on the panel of the running zone.

    It asks of the panel and not of cases: who keeps the staff may not know of all of them.
    """
    if db.session.scalar(select(Lawyer.id).where(Lawyer.account_id == account_id)) is not None:
        raise OnThePanel


def let_see_to_claim(actor: Actor, account_id: UUID, name: str) -> None:
    """Let the account of who acts on the panel no more see to a claim that somebody else has moved on, for some weeks from today."""
    if db.session.scalar(select(Lawyer.id).where(Lawyer.account_id == account_id, is_acting())) is None:
        _grant_former(actor, account_id, name, today_in_china())


def _let_claim(actor: Actor, lawyer: Lawyer) -> None:
    """The cases of who leaves are given on by the day after their last one, or after it is noted: from then the time to claim runs."""
    if lawyer.account_id is None or lawyer.active_to is None:
        return
    given_on = max(lawyer.active_to, today_in_china()) + timedelta(days=1)
    _grant_former(actor, lawyer.account_id, lawyer.name, given_on)


def _grant_former(actor: Actor, account_id: UUID, name: str, begins: date) -> None:
    ends, union_id = end_of_day(begins + claim_within()), current_zone().union_id
    grant_role(actor, account_id, FORMER_ROLE, union_id, expires_at=ends, name=name, holder=HOLDER)
