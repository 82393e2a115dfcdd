"""Catalogues: what beans can be spent on. A new one and every change of one is made by one person and decided on by another."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.benefits import proposals
from app.benefits.beans.models import BeanCatalogue, BeanCatalogueChange
from app.benefits.papers import Step, made_before
from app.benefits.proposals import ProposalState
from app.benefits.rules.categories import FORBIDDEN_BY, GOODS
from app.benefits.rules.errors import GoodsForbidden
from app.core.audit import record
from app.core.constraints import refused_as
from app.core.errors import Conflict, InvalidInput
from tenants.context import Actor, current_zone
from tenants.database import db

ONE_AT_A_TIME = "bean_catalogue_changes_one_idx"


class ChangeWaiting(Conflict):
    """Another change of the catalogue is not decided on yet."""

    code = "beans-catalogue-change-waiting"
    message = _("Another change of this catalogue is waiting for a decision. Decide on it first.")


def propose(
    actor: Actor, change_id: UUID, *, catalogue_id: UUID, title: str, categories: list[str]
) -> BeanCatalogueChange:
    """Propose what a catalogue shall hold; one that is not there is made. Sent twice it is one.

    Raises `GoodsForbidden` and `ChangeWaiting`.
    """
    before = made_before(BeanCatalogueChange, change_id)
    if before is not None:
        return before
    _require_allowed(categories)
    made = BeanCatalogueChange(
        id=change_id, catalogue_id=catalogue_id, title=title, categories=sorted(set(categories)),
        state=ProposalState.SUBMITTED, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as({ONE_AT_A_TIME: ChangeWaiting}):
        db.session.add(made)
    _remember("propose", made)
    return made


def take_step(actor: Actor, change_id: UUID, step: Step, *, seen: str, reason: str = "") -> BeanCatalogueChange:
    """Decide on a change; one that is approved holds for whatever is bought from now on. Raises like `proposals.take_step`."""
    found = proposals.take_step(actor, BeanCatalogueChange, change_id, step, seen=seen, reason=reason)
    if step is proposals.APPROVE:
        _carry_out(found)
    _remember(step.action, found)
    return found


def list_catalogues() -> list[BeanCatalogue]:
    return list(db.session.scalars(select(BeanCatalogue).order_by(BeanCatalogue.title, BeanCatalogue.id)))


def list_changes(limit: int = 50) -> list[BeanCatalogueChange]:
    """The newest first, those that wait before all others."""
    waits = BeanCatalogueChange.state == ProposalState.SUBMITTED
    query = select(BeanCatalogueChange).order_by(waits.desc(), BeanCatalogueChange.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def is_change_waiting() -> bool:
    """Whether a change of any catalogue waits for a second person."""
    waiting = select(BeanCatalogueChange.id).where(BeanCatalogueChange.state == ProposalState.SUBMITTED)
    return db.session.scalar(waiting.limit(1)) is not None


def _require_allowed(categories: list[str]) -> None:
    if not set(categories) <= GOODS.keys():
        raise InvalidInput(field="categories")
    forbidden = [str(GOODS[each].title) for each in categories if not GOODS[each].is_allowed]
    if forbidden:
        words = _(
            "By %(source)s, unions give goods, and never: %(goods)s.", source=FORBIDDEN_BY, goods=", ".join(forbidden)
        )
        raise GoodsForbidden(words, field="categories")


def _carry_out(change: BeanCatalogueChange) -> None:
    catalogue = db.session.get(BeanCatalogue, (current_zone().id, change.catalogue_id))
    if catalogue is None:
        db.session.add(BeanCatalogue(id=change.catalogue_id, title=change.title, categories=change.categories))
    else:
        catalogue.title, catalogue.categories = change.title, change.categories
    db.session.flush()


def _remember(deed: str, change: BeanCatalogueChange) -> None:
    record(
        f"beans.{deed}_catalogue", object_type="bean_catalogue", object_id=change.catalogue_id, title=change.title,
        categories=change.categories,
    )  # fmt: skip
