"""Keeps the panel: who is on it, whom they act for, and the account by which they come in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from app.core import audit
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.modules.legal_aid.lawyers.errors import AccountFixed, LawyerEnded, LicenceKnown, MobileOfAnother
from app.modules.legal_aid.lawyers.leaving import order_release
from app.modules.legal_aid.lawyers.models import Client, Lawyer
from app.modules.legal_aid.lawyers.parties import name_index, uscc_index
from app.modules.legal_aid.lawyers.queries import find_lawyer
from app.modules.legal_aid.lawyers.roles import give_roles, take_roles
from app.modules.legal_aid.lawyers.sealing import mobile_of, seal_client, seal_former_mobile, seal_mobile
from app.modules.legal_aid.rights import MANAGE
from tenants.context import Actor, current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class LawyerFacts:
    """What the desk notes of a lawyer; `mobile` in E.164, `fields` are subjects of the forms."""

    name: str
    licence: str
    firm: str
    mobile: str
    fields: tuple[str, ...]
    active_from: date
    active_to: date | None


def add_lawyer(actor: Actor, lawyer_id: UUID, facts: LawyerFacts) -> Lawyer:
    """Put a lawyer on the panel; sent twice they are there once. Raises `LicenceKnown`, `NotFound`."""
    _require_right(actor)
    known = db.session.get(Lawyer, (current_zone().id, lawyer_id))
    if known is not None:
        return known
    _require_free_licence(facts.licence, lawyer_id)
    lawyer = Lawyer(zone_id=current_zone().id, id=lawyer_id)
    _write(lawyer, facts)
    db.session.add(lawyer)
    db.session.flush()
    _record("add_lawyer", lawyer)
    return lawyer


def change_lawyer(actor: Actor, lawyer_id: UUID, facts: LawyerFacts, *, seen: str | None) -> Lawyer:
    """Note other facts of a lawyer. The mobile number of who was invited stays.

    Raises `AccountFixed`, `LicenceKnown`, `LawyerEnded`, `ChangedMeanwhile`, `NotFound`.
    """
    _require_right(actor)
    lawyer = lock_lawyer(lawyer_id)
    require_seen(seen, lawyer.mark)
    if lawyer.mobile_cipher is None:
        raise LawyerEnded
    _require_free_licence(facts.licence, lawyer_id)
    if lawyer.account_id is not None and facts.mobile != mobile_of(lawyer):
        raise AccountFixed(field="mobile")
    _write(lawyer, facts)
    lawyer.version += 1
    give_roles(actor, lawyer)
    _record("change_lawyer", lawyer)
    order_release(lawyer)
    return lawyer


def invite_lawyer(actor: Actor, lawyer_id: UUID, account_id: UUID) -> None:
    """Let the account of a lawyer's mobile number act as theirs: it gets the role, and with it their cases and no others.

    Raises `AccountFixed`, `MobileOfAnother`, `LawyerEnded`, `NotFound`, and what `grant_role` does.
    """
    _require_right(actor)
    lawyer = lock_lawyer(lawyer_id)
    if lawyer.mobile_cipher is None or not lawyer.is_active(max(today_in_china(), lawyer.active_from)):
        raise LawyerEnded
    if lawyer.account_id not in (None, account_id):
        raise AccountFixed(field="mobile")
    other = select(Lawyer.id).where(Lawyer.account_id == account_id, Lawyer.id != lawyer_id)
    if db.session.scalar(other) is not None:
        raise MobileOfAnother
    if lawyer.account_id != account_id:
        lawyer.account_id = account_id
        lawyer.version += 1
        _record("invite_lawyer", lawyer)
    give_roles(actor, lawyer)


def end_lawyer(actor: Actor, lawyer_id: UUID, *, seen: str | None) -> None:
    """Take a lawyer off the panel with today as their last day, unless that has passed: their account is taken out, their cases go on
    with others, and they claim the fees of what they did for some weeks, for as long as their number is kept. Raises `ChangedMeanwhile`, `NotFound`.
    """
    _require_right(actor)
    lawyer = lock_lawyer(lawyer_id)
    if lawyer.mobile_cipher is None:
        return
    require_seen(seen, lawyer.mark)
    last = max(today_in_china(), lawyer.active_from)
    lawyer.active_to = min(last, lawyer.active_to or last)
    take_roles(actor, lawyer)
    lawyer.former_mobile_cipher = seal_former_mobile(lawyer.id, mobile_of(lawyer))
    lawyer.mobile_cipher = None
    lawyer.version += 1
    db.session.execute(delete(Client).where(Client.lawyer_id == lawyer.id))
    _record("end_lawyer", lawyer)
    order_release(lawyer)


def add_client(actor: Actor, lawyer_id: UUID, client_id: UUID, name: str, uscc: str) -> None:
    """Note that a lawyer acts for an employer or union; the same one twice is noted once. Cases against it that they or their
    firm have go to others. Raises `LawyerEnded`, `NotFound`."""
    _require_right(actor)
    lawyer = lock_lawyer(lawyer_id)
    if lawyer.mobile_cipher is None:
        raise LawyerEnded
    index = name_index(name)
    same = select(Client.id).where(Client.lawyer_id == lawyer_id, Client.name_index == index)
    if db.session.scalar(same) is not None:
        return
    db.session.add(
        Client(
            zone_id=current_zone().id, id=client_id, lawyer_id=lawyer_id, name_index=index,
            name_cipher=seal_client(client_id, "name_cipher", name), uscc_index=uscc_index(uscc) if uscc else None,
            uscc_cipher=seal_client(client_id, "uscc_cipher", uscc) if uscc else None,
        )
    )  # fmt: skip
    _record("add_client", lawyer)
    order_release(lawyer, since=client_id)


def remove_client(actor: Actor, lawyer_id: UUID, client_id: UUID) -> None:
    """Note that a lawyer acts for somebody no more; raises `NotFound`."""
    _require_right(actor)
    lawyer = lock_lawyer(lawyer_id)
    client = db.session.get(Client, (current_zone().id, client_id))
    if client is None or client.lawyer_id != lawyer_id:
        raise NotFound
    db.session.delete(client)
    _record("remove_client", lawyer)


def lock_lawyer(lawyer_id: UUID) -> Lawyer:
    """The lawyer as committed now, held until the transaction ends; raises `NotFound`."""
    find_lawyer(lawyer_id)
    statement = select(Lawyer).where(Lawyer.id == lawyer_id).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(statement).scalar_one()


def _write(lawyer: Lawyer, facts: LawyerFacts) -> None:
    lawyer.name, lawyer.licence, lawyer.firm = facts.name, facts.licence, facts.firm
    lawyer.mobile_cipher = seal_mobile(lawyer.id, facts.mobile)
    lawyer.fields = list(facts.fields)
    lawyer.active_from, lawyer.active_to = facts.active_from, facts.active_to


def _require_free_licence(licence: str, lawyer_id: UUID) -> None:
    other = select(Lawyer.id).where(
        Lawyer.licence == licence, Lawyer.id != lawyer_id, Lawyer.mobile_cipher.is_not(None)
    )
    if db.session.scalar(other) is not None:
        raise LicenceKnown(field="licence")


def _require_right(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise NotFound


def _record(deed: str, lawyer: Lawyer) -> None:
    audit.record(f"legal_aid.{deed}", object_type="legal_aid_lawyer", object_id=lawyer.id)
