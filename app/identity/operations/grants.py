"""Granting and taking roles. Runs where `role_grants` may be written: on the staff plane of a zone, or the city's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.errors import Forbidden, NotFound
from app.core.platform import platform
from app.identity.errors import OwnRole, RoleNotYours, UnknownRole
from app.identity.models import RoleGrant
from app.identity.roles import CITY_ROLES, ROLES, permissions_of_role
from app.identity.sessions import account_changed
from app.unions.models import Union
from tenants.context import Actor, current_scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import is_within

GRANT_IN_ZONE = "staff.grant"
GRANT_IN_CITY = "staff.appoint"


def grant_role(
    actor: Actor, account_id: UUID, role: str, union_id: UUID, *, expires_at: datetime | None = None
) -> UUID:
    """Give an account a role for a union and everything below it; giving it twice is giving it once.

    Raises `UnknownRole`, `RoleNotYours` (nobody gives what they don't hold; city roles only in the city console),
    `Forbidden`, and `NotFound` for a union outside the zone's subtree.
    """
    path = check_grant(actor, role, union_id)
    grant_id = uuid7()
    db.session.execute(
        insert(RoleGrant)
        .values(id=grant_id, account_id=account_id, role=role, union_id=union_id, union_path=path,
                granted_by=actor.account_id, expires_at=expires_at)
        .on_conflict_do_nothing(index_elements=["account_id", "role", "union_id"])
    )  # fmt: skip
    found = db.session.scalars(
        select(RoleGrant.id).where(
            RoleGrant.account_id == account_id, RoleGrant.role == role, RoleGrant.union_id == union_id
        )
    ).one()
    if found == grant_id:
        audit.record("staff.grant", object_type="account", object_id=account_id, role=role, union=str(union_id))
        account_changed(account_id)
    return found


def check_grant(actor: Actor, role: str, union_id: UUID) -> str:
    """The union's path if the actor may give this role there; raises like `grant_role`."""
    _check_actor(actor, role)
    return _union_path(union_id)


def revoke_role(actor: Actor, grant_id: UUID) -> None:
    """Take a role away; it is without effect on every process within a moment.

    Raises `NotFound` (also for grants outside the zone's subtree), `RoleNotYours`, `OwnRole`, `Forbidden`.
    """
    grant = db.session.execute(
        select(RoleGrant.account_id, RoleGrant.role, RoleGrant.union_id).where(RoleGrant.id == grant_id)
    ).one_or_none()
    if grant is None:
        raise NotFound
    _check_actor(actor, grant.role)
    if grant.account_id == actor.account_id:
        raise OwnRole
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == grant_id))
    audit.record(
        "staff.revoke", object_type="account", object_id=grant.account_id, role=grant.role, union=str(grant.union_id)
    )
    account_changed(grant.account_id)


def may_grant(actor: Actor, role: str) -> bool:
    """Whether the actor may give and take this role in the running scope."""
    if current_scope().zone is None:
        return actor.may(GRANT_IN_CITY)
    carried = permissions_of_role(role, platform().modules, at_own_union=False)
    return role not in CITY_ROLES and actor.may(GRANT_IN_ZONE) and carried <= actor.permissions


def _check_actor(actor: Actor, role: str) -> None:
    if not (actor.may(GRANT_IN_ZONE) or actor.may(GRANT_IN_CITY)):
        raise Forbidden
    if role not in ROLES:
        raise UnknownRole(field="role")
    if not may_grant(actor, role):
        raise RoleNotYours(field="role")


def _union_path(union_id: UUID) -> str:
    zone = current_scope().zone
    path = db.session.scalar(select(Union.path).where(Union.id == union_id))
    if path is None or (zone is not None and not is_within(path, zone.union_path)):
        raise NotFound(field="union")
    return path
