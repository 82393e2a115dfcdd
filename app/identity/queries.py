"""Reads of identity. On the identity plane unless they say otherwise."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core.clock import now
from app.core.identifiers import mask_phone
from app.core.platform import platform
from app.identity.models import Account, RecoveryCode, RoleGrant, Session, WeChatLink
from app.identity.roles import ROLES, permissions_of, permissions_of_role
from app.identity.sessions import IDLE, SignedIn
from app.members.models import Member
from app.members.sealing import phone_index
from app.unions.models import Union
from tenants.context import Actor, ZoneState, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import ancestors, in_subtree, is_within

PAGE = 50
EVERYTHING = 100_000
MOST_ZONES = 30
MOST_UNIONS = 300


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the owner of an account sees of it."""

    phone: str
    has_password: bool
    has_totp: bool
    recovery_codes_left: int
    is_member: bool
    shares_phone: bool
    has_wechat: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is signed in, with the hosts it reached."""

    session_id: UUID
    user_agent: str
    ip: str
    signed_in_at: datetime
    last_seen_at: datetime
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearZone:
    """A zone that concerns an account: as a member, or as staff."""

    name: str
    host: str
    is_member: bool
    is_staff: bool


@dataclass(frozen=True, slots=True)
class StaffName:
    """How staff lists call an account; `is_record` tells that the name is the member's own."""

    name: str
    masked_phone: str
    is_record: bool = False
    is_blocked: bool = False

    def beside(self, typed: str) -> str:
        """The name to show where they who gave a role typed one: the member's own goes first."""
        return self.name if self.is_record or not typed else typed


def has_totp(account_id: UUID) -> bool:
    return db.session.scalar(select(Account.totp_cipher.is_not(None)).where(Account.id == account_id)) or False


def account_facts(account_id: UUID) -> AccountFacts:
    account = db.session.get_one(Account, account_id, populate_existing=True)
    phone = _phone_of(account.id, account.phone_cipher)
    namesakes = select(func.count()).select_from(Member).where(Member.phone_index == phone_index(phone))
    left = select(func.count()).select_from(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )  # fmt: skip
    return AccountFacts(
        phone=phone,
        has_password=account.password_hash is not None,
        has_totp=account.totp_cipher is not None,
        recovery_codes_left=db.session.scalar(left) or 0,
        is_member=account.member_id is not None,
        shares_phone=account.member_id is None and (db.session.scalar(namesakes) or 0) > 1,
        has_wechat=wechat_connected_at(account_id) is not None,
    )


def wechat_connected_at(account_id: UUID) -> datetime | None:
    """Since when an account is connected with a WeChat."""
    return db.session.scalar(select(WeChatLink.connected_at).where(WeChatLink.account_id == account_id))


def list_devices(account_id: UUID) -> list[Device]:
    """The account's living sign-ins, last used first."""
    rows = db.session.execute(
        select(
            Session.id, Session.parent_id, Session.host, Session.user_agent, Session.ip, Session.created_at,
            Session.last_seen_at,
        )
        .where(
            Session.account_id == account_id, Session.revoked_at.is_(None), Session.expires_at > now(),
            Session.last_seen_at > now() - IDLE,
        )
        .order_by(Session.last_seen_at.desc(), Session.id)
    ).all()  # fmt: skip
    heads = [row for row in rows if row.parent_id is None]
    reached = {head.id: tuple(sorted({row.host for row in rows if row.parent_id == head.id})) for head in heads}
    return [
        Device(head.id, head.user_agent, head.ip, head.created_at, head.last_seen_at, reached[head.id])
        for head in heads
    ]


def list_near_zones(signed_in: SignedIn) -> list[NearZone]:
    """The open zones one belongs to or works for, nearest union first."""
    mine = ancestors(signed_in.member_path)
    conditions = [Zone.union_path.in_(mine)] + [
        and_(*in_subtree(Zone.union_path, path)) for _, path in signed_in.grants
    ]
    rows = db.session.execute(
        select(Zone.id, Zone.union_path)
        .where(or_(*conditions), Zone.state.in_([ZoneState.ACTIVE.value, ZoneState.READ_ONLY.value]))
        .order_by(Zone.union_path.in_(mine).desc(), func.length(Zone.union_path).desc(), Zone.name)
        .limit(MOST_ZONES)
    ).all()
    registry = platform().registry
    zones = [(row.union_path, registry.by_id(row.id)) for row in rows]
    return [
        NearZone(
            name=zone.name, host=zone.host, is_member=path in mine,
            is_staff=any(path.startswith(held) for _, held in signed_in.grants),
        )
        for path, zone in zones
        if zone is not None
    ]  # fmt: skip


def list_grants(
    before: UUID | None = None, *, limit: int = PAGE, roles: Collection[str] | None = None
) -> list[RoleGrant]:
    """Role grants that the running plane may see (staff: those of the zone's subtree), newest first."""
    statement = select(RoleGrant).order_by(RoleGrant.id.desc()).limit(limit)
    if roles is not None:
        statement = statement.where(RoleGrant.role.in_(roles))
    if before is not None:
        statement = statement.where(RoleGrant.id < before)
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a permission at a union; `ties` are the paths of all unions they belong to or have a role in."""

    account_id: UUID
    name: str
    member_id: UUID | None
    ties: frozenset[str]


def list_colleagues(permission: str, union_path: str) -> list[Colleague]:
    """The open accounts that hold a permission at a union, by name; on the identity plane or the worker's."""
    modules = platform().modules
    here, above = (
        [role for role in ROLES if permission in permissions_of_role(role, modules, at_own_union=at_own_union)]
        for at_own_union in (True, False)
    )
    holds = or_(
        and_(RoleGrant.union_path == union_path, RoleGrant.role.in_(here)),
        and_(RoleGrant.union_path.in_(ancestors(union_path)[1:]), RoleGrant.role.in_(above)),
    )
    rows = db.session.execute(
        select(
            Account.id,
            Account.display_name,
            RoleGrant.name.label("called"),
            Account.member_id,
            Member.name,
            Member.union_path,
        )
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(Member, Member.id == Account.member_id)
        .where(Account.status == "active", _is_in_force(), holds)
    ).all()
    ties = ties_of(row.id for row in rows)
    found = {
        row.id: Colleague(
            row.id,
            row.name if is_within(row.union_path or "", union_path) else row.display_name or row.called,
            row.member_id,
            ties[row.id],
        )
        for row in rows
    }
    return sorted(found.values(), key=lambda one: (one.name, one.account_id))


def ties_of(account_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """The paths of all unions each account belongs to or has a role in; on the identity plane or the worker's."""
    ties: dict[UUID, set[str]] = {account_id: set() for account_id in account_ids}
    belongs = select(Account.id, Member.union_path).join(Member, Member.id == Account.member_id)
    serves = select(RoleGrant.account_id, RoleGrant.union_path).where(_is_in_force())
    for statement in (belongs.where(Account.id.in_(list(ties))), serves.where(RoleGrant.account_id.in_(list(ties)))):
        for account_id, path in db.session.execute(statement):
            ties[account_id].add(path)
    return {account_id: frozenset(paths - {None}) for account_id, paths in ties.items()}


def find_actor(account_id: UUID) -> Actor | None:
    """Who an open account is in the running zone, with the permissions and ties it has now; not as whose member."""
    name = db.session.scalar(select(Account.display_name).where(Account.id == account_id, Account.status == "active"))
    if name is None:
        return None
    held = select(RoleGrant.role, RoleGrant.union_path).where(RoleGrant.account_id == account_id, _is_in_force())
    grants = [(grant.role, grant.union_path) for grant in db.session.execute(held)]
    permissions = permissions_of(grants, current_zone().union_path, platform().modules)
    return Actor(account_id, name=name, permissions=permissions, ties=ties_of([account_id])[account_id])


def _is_in_force() -> ColumnElement[bool]:
    return or_(RoleGrant.expires_at.is_(None), RoleGrant.expires_at > now())


def staff_names(account_ids: Iterable[UUID], within: str = "") -> dict[UUID, StaffName]:
    """What accounts are called by those who work at the union path `within`, with masked phones.

    Members of unions elsewhere (with no path: all) are called what they were called when they became staff, never by their record: who
    types a phone must not learn whose it is.
    """
    rows = db.session.execute(
        select(Account.id, Account.display_name, Account.phone_cipher, Account.status, Member.name, Member.union_path)
        .outerjoin(Member, Member.id == Account.member_id)
        .where(Account.id.in_(list(account_ids)))
    ).all()
    found = {}
    for row in rows:
        is_ours = is_within(row.union_path or "", within)
        phone = mask_phone(_phone_of(row.id, row.phone_cipher))
        found[row.id] = StaffName(row.name if is_ours else row.display_name, phone, is_ours, row.status == "blocked")
    return found


def union_names(union_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of unions; any plane."""
    rows = db.session.execute(select(Union.id, Union.name).where(Union.id.in_(list(union_ids))))
    return {row.id: row.name for row in rows}


def city_union_id() -> UUID:
    """The union at the root of the tree; any plane."""
    return db.session.scalars(select(Union.id).where(Union.parent_id.is_(None))).one()


def find_unions(text: str, within: str = "") -> list[UUID]:
    """Unions called exactly so, or with this credit code or path; any plane.

    In the subtree `within` only those that have a zone: elsewhere a role would open no desk.
    """
    statement = select(Union.id).where(
        or_(Union.name == text, Union.uscc == text, Union.path == text), Union.status == "active"
    )
    if within:
        statement = statement.join(Zone, Zone.union_id == Union.id).where(*in_subtree(Union.path, within))
    return list(db.session.scalars(statement.order_by(Union.path).limit(2)))


def list_unions(within: str) -> list[tuple[str, str]]:
    """(path, name) of the unions of a subtree that have a zone, in its order; [] when there are too many; any plane."""
    statement = (
        select(Union.path, Union.name)
        .join(Zone, Zone.union_id == Union.id)
        .where(*in_subtree(Union.path, within), Union.status == "active")
    )
    rows = db.session.execute(statement.order_by(Union.path).limit(MOST_UNIONS + 1)).all()
    return [(row.path, row.name) for row in rows] if len(rows) <= MOST_UNIONS else []


def _phone_of(account_id: UUID, sealed: bytes) -> str:
    return platform().cipher.decrypt(sealed, table="accounts", column="phone", row=account_id)
