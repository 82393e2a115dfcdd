"""What the desks about staff have in common, a zone's and the city's: giving a role, taking it away, listing it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.clock import now
from app.core.i18n import day
from app.core.places import Place, PlacedBlueprint
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import own_transaction
from app.identity.models import RoleGrant
from app.identity.roles import ROLES
from tenants.context import Plane, current_actor


def staff_desk(name: str, *, place: Place, plane: Plane, url_prefix: str, permission: str) -> PlacedBlueprint:
    """A desk where those with the permission take roles away; its view `index` lists them."""
    blueprint = PlacedBlueprint(
        name, __name__, place=place, plane=plane, url_prefix=url_prefix, enable_openapi=False
    )  # fmt: skip

    @blueprint.post("/<uuid:grant_id>/revoke")
    @requires(permission)
    def revoke(grant_id: UUID) -> ResponseReturnValue:
        operations.revoke_role(current_actor(), grant_id)
        flash(_("The role has been taken away."), "success")
        return redirect(url_for(f"{name}.index"), code=303)

    return blueprint


def give_role(asked: dict[str, Any], union_id: UUID) -> None:
    """Give the role of a form to the account of its phone, in a request; raises like `grant_role`."""
    actor, role, name = current_actor(), asked["role"], asked["name"]
    account_id = account_for_role(role, union_id, phone=asked["phone"], name=name)
    operations.grant_role(actor, account_id, role, union_id, expires_at=asked["until"], name=name)
    flash(_("The role has been given."), "success")


def account_for_role(role: str, union_id: UUID, *, phone: str, name: str) -> UUID:
    """The account of a phone, made if there is none, once it is clear that the actor may give it this role.

    Ends the running transaction. Raises like `check_grant`.
    """
    operations.check_grant(current_actor(), role, union_id)
    finish(True)
    with own_transaction():
        return operations.ensure_account(phone, name)


def grant_facts(grant: RoleGrant, person: queries.StaffName | None) -> dict[str, Any]:
    """What lists of staff say of a grant; `until` is the last day on which it holds."""
    return {
        "id": grant.id,
        "name": person.beside(grant.name) if person else grant.name,
        "phone": person.masked_phone if person else "",
        "is_me": grant.account_id == current_actor().account_id,
        "is_blocked": person is not None and person.is_blocked,
        "role": ROLES[grant.role].title if grant.role in ROLES else grant.role,
        "since": day(grant.granted_at),
        "until": day(grant.expires_at - timedelta(seconds=1)) if grant.expires_at else "",
        "is_over": grant.expires_at is not None and grant.expires_at <= now(),
    }
