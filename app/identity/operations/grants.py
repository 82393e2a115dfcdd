"""Granting and taking roles. Runs where `role_grants` may be written: on the staff plane of a zone, or the city's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.clock import now
from app.core.errors import Forbidden, NotFound
from app.core.modules import load_provider
from app.core.platform import platform
from app.identity.changes import account_changed
from app.identity.errors import CityRoleBelowCity, LastCityAdmin, OwnRole, RoleHeldInZone, RoleNotYours, UnknownRole
from app.identity.models import RoleGrant
from app.identity.roles import CITY_ROLES, ROLES, permissions_of_role
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneState, current_scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.lifecycle import zone_of_union
from tenants.paths import is_root, is_within
from tenants.revisions import published_document
from tenants.turns import take_turn

GRANT_IN_ZONE = "staff.grant"
GRANT_IN_CITY = "staff.appoint"
CITY_ADMIN = "city_admin"


def grant_role(
    actor: Actor,
    account_id: UUID,
    role: str,
    union_id: UUID,
    *,
    expires_at: datetime | None = None,
    name: str = "",
    holder: str = "",
) -> UUID:
    """Give an account a role for a union and everything below it, until `expires_at` where that is given.

    Giving it twice is giving it once; with another end it is renewed. `name` is what the person is called here; `holder`
    the module that gives a role by rules of its own. Raises `UnknownRole`, `RoleNotYours` (nobody gives what they don't hold;
    city roles only in the city console), `CityRoleBelowCity`, `OwnRole` for renewing one's own, `Forbidden`, `NotFound` for
    a union outside the zone's subtree, and for a role that is renewed what `revoke_role` does of modules.
    """
    path = check_grant(actor, role, union_id, holder=holder)
    held = _find(account_id, role, union_id)
    if held is not None and held.expires_at == expires_at and (expires_at is None or expires_at > now()):
        return held.id
    if held is not None:
        _ask_holders(account_id, role, union_id, but=holder)
        _clear(actor, held)
    grant_id = uuid7()
    written = insert(RoleGrant).values(
        id=grant_id, account_id=account_id, role=role, union_id=union_id, union_path=path, granted_by=actor.account_id,
        expires_at=expires_at, name=name or (held.name if held else ""),
    )  # fmt: skip
    db.session.execute(written.on_conflict_do_nothing(index_elements=["account_id", "role", "union_id"]))
    audit.record("staff.renew" if held else "staff.grant", object_type="account", object_id=account_id, role=role,
                 union=str(union_id), until=expires_at.isoformat() if expires_at else "")  # fmt: skip
    account_changed(account_id)
    return grant_id


def _find(account_id: UUID, role: str, union_id: UUID) -> RoleGrant | None:
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.account_id == account_id, RoleGrant.role == role, RoleGrant.union_id == union_id
        )
    ).one_or_none()


def _clear(actor: Actor, held: RoleGrant) -> None:
    """Make room for the grant that renews this one: grants are given and taken, never changed."""
    if held.account_id == actor.account_id:
        raise OwnRole
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == held.id))
    db.session.expunge(held)


def check_grant(actor: Actor, role: str, union_id: UUID, *, holder: str = "") -> str:
    """The union's path if the actor may give this role there; raises like `grant_role`."""
    _check_actor(actor, role, holder)
    path = _union_path(union_id)
    if role in CITY_ROLES and not is_root(path):
        raise CityRoleBelowCity(field="union")
    return path


def revoke_role(actor: Actor, grant_id: UUID, *, holder: str = "") -> None:
    """Take a role away; it is without effect on every process within a moment. `holder` is as of `grant_role`.

    Raises `NotFound` (also for grants outside the zone's subtree), `RoleNotYours`, `OwnRole`, `LastCityAdmin`,
    `Forbidden`, what the zone's modules do of which something has to end first (`Module.role_holder`), and elsewhere
    `RoleHeldInZone`.
    """
    grant = db.session.execute(
        select(RoleGrant.account_id, RoleGrant.role, RoleGrant.union_id, RoleGrant.name).where(RoleGrant.id == grant_id)
    ).one_or_none()
    if grant is None:
        raise NotFound
    _check_actor(actor, grant.role, holder)
    if grant.account_id == actor.account_id:
        raise OwnRole
    if grant.role in CITY_ROLES:
        keep_a_city_admin(grant.account_id)
    _ask_holders(grant.account_id, grant.role, grant.union_id, but=holder)
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == grant_id))
    audit.record("staff.revoke", object_type="account", object_id=grant.account_id, role=grant.role,
                 union=str(grant.union_id), name=grant.name)  # fmt: skip
    account_changed(grant.account_id)


def _ask_holders(account_id: UUID, role: str, union_id: UUID, *, but: str = "") -> None:
    holders = [module for module in platform().modules if role in module.held_roles and module.slug != but]
    its_zone = zone_of_union(union_id) if holders else None
    if its_zone is None or not ZoneState(its_zone.state).is_open:
        return
    running = current_scope()
    if running.plane is not Plane.STAFF or running.zone is None or running.zone.id != its_zone.id:
        raise RoleHeldInZone
    for module in holders:
        if published_document(running.zone).uses(module.slug):
            load_provider(module.role_holder)(account_id)


def take_role(actor: Actor, account_id: UUID, role: str, union_id: UUID, *, holder: str = "") -> None:
    """Take a role for a union away from an account; raises like `revoke_role`."""
    held = _find(account_id, role, union_id)
    if held is None:
        raise NotFound
    revoke_role(actor, held.id, holder=holder)


def keep_a_city_admin(leaving: UUID) -> None:
    """Raise `LastCityAdmin` unless the city has an administrator without this account.

    Those who ask wait for each other to the end of the transaction: two can't send each other away at once.
    """
    take_turn("identity.city-admins")
    others = select(RoleGrant.id).where(
        RoleGrant.role == CITY_ADMIN,
        RoleGrant.account_id != leaving,
        RoleGrant.expires_at.is_(None) | (RoleGrant.expires_at > now()),
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastCityAdmin


def may_grant(actor: Actor, role: str, holder: str = "") -> bool:
    """Whether the actor may give and take this role in the running scope. One that is not given by hand its module gives by
    rules of its own, whoever acts."""
    if role in ROLES and not ROLES[role].by_hand:
        return bool(holder)
    if current_scope().zone is None:
        return actor.may(GRANT_IN_CITY)
    carried = permissions_of_role(role, platform().modules, at_own_union=False)
    return role not in CITY_ROLES and actor.may(GRANT_IN_ZONE) and carried <= actor.permissions


def _check_actor(actor: Actor, role: str, holder: str = "") -> None:
    is_by_rule = bool(holder) and role in ROLES and not ROLES[role].by_hand
    if not (is_by_rule or actor.may(GRANT_IN_ZONE) or actor.may(GRANT_IN_CITY)):
        raise Forbidden
    if role not in ROLES:
        raise UnknownRole(field="role")
    if not may_grant(actor, role, holder):
        raise RoleNotYours(field="role")


def _union_path(union_id: UUID) -> str:
    zone = current_scope().zone
    path = db.session.scalar(select(Union.path).where(Union.id == union_id))
    if path is None or (zone is not None and not is_within(path, zone.union_path)):
        raise NotFound(field="union")
    return path
