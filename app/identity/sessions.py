"""From a session cookie to who is signed in; remembered by each process until the change feed says otherwise."""

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from app.core.clock import now
from app.core.identifiers import mask_phone
from app.core.platform import platform
from app.identity.changes import ACCOUNT_CHANGED
from app.identity.linking import link_by_phone, phone_is_proved, release
from app.identity.models import Account, RoleGrant, Session
from app.members.changes import MEMBER_CHANGED, ROSTER_CHANGED
from app.members.models import Member
from tenants.changes import ChangeFeed
from tenants.database import db
from tenants.paths import is_within

MOST_REMEMBERED = 50_000

IDLE = timedelta(days=30)
"""A session nobody used for so long has ended."""
LONGEST = timedelta(days=90)
"""A session ends so long after the sign-in, whatever happens."""
SECOND_FACTOR_LASTS = timedelta(hours=12)
FRESH = timedelta(minutes=10)
"""What changes how an account is entered asks for a sign-in no older than this."""
REMEMBERED = timedelta(minutes=5)
"""Loaded anew after this time at the latest; also the grain of `last_seen_at`."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A valid session and what is known of its account; `grants` are (role, union path)."""

    session_id: UUID
    parent_id: UUID | None
    account_id: UUID
    member_id: UUID | None
    member_path: str
    name: str
    locale: str | None
    large_text: bool
    grants: tuple[tuple[str, str], ...]
    proof: str
    signed_in_at: datetime
    second_factor_at: datetime | None
    host: str
    expires_at: datetime
    remembered_until: datetime

    @property
    def ties(self) -> frozenset[str]:
        """The paths of the unions the person belongs to or has a role in."""
        return frozenset(filter(None, (self.member_path, *(path for _role, path in self.grants))))

    @property
    def has_second_factor(self) -> bool:
        return self.second_factor_at is not None and now() - self.second_factor_at < SECOND_FACTOR_LASTS

    @property
    def has_fresh_factor(self) -> bool:
        """Whether the person has just shown the second factor."""
        return self.second_factor_at is not None and now() - self.second_factor_at < FRESH

    @property
    def is_fresh(self) -> bool:
        """Whether the person has just shown who they are."""
        return now() - self.signed_in_at < FRESH


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What a session needs of the member behind it; `union_path` is empty for members of no union."""

    name: str
    union_path: str
    phone_index: bytes | None


def new_token() -> str:
    """A session token for the cookie: 256 random bits. Only its hash is stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class SessionMemory:
    """What one process remembers of sessions, until the change feed tells of an account, a member or a roster."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._found: OrderedDict[tuple[bytes, str], SignedIn] = OrderedDict()
        self._lock = threading.Lock()
        self._generation = 0

    def listen_to(self, feed: ChangeFeed) -> None:
        feed.listen(ACCOUNT_CHANGED, self.forget)
        feed.listen(MEMBER_CHANGED, self.forget_member)
        feed.listen(ROSTER_CHANGED, self.forget_roster)

    def forget(self, account_id: str) -> None:
        """Forget an account's sessions, or all (`*`)."""
        self._forget(lambda found: account_id in ("*", str(found.account_id)))

    def forget_member(self, member_id: str) -> None:
        """Forget a member's sessions, and those of people who may turn out to be this member."""
        self._forget(lambda found: found.member_id is None or member_id in ("*", str(found.member_id)))

    def forget_roster(self, union_path: str) -> None:
        """Forget the sessions of the members within a union, and those of people who may have come into it."""
        self._forget(
            lambda found: not found.member_path or union_path == "*" or is_within(found.member_path, union_path)
        )

    def _forget(self, concerns: Callable[[SignedIn], bool]) -> None:
        with self._lock:
            self._generation += 1
            for key in [key for key, found in self._found.items() if concerns(found)]:
                del self._found[key]

    def remembered(self, token_hash: bytes, host: str) -> SignedIn | None:
        """The session if this process knows it and may still rely on that; asks nobody, needs no scope."""
        with self._lock:
            found = self._found.get((token_hash, host))
        return found if found is not None and found.remembered_until > now() else None

    def find(self, token: str, host: str) -> SignedIn | None:
        """Who is signed in with this token on this host, or None. Needs the identity plane."""
        key = (hash_token(token), host)
        with self._lock:
            found, generation = self._found.get(key), self._generation
        if found is not None and found.remembered_until > now():
            return found
        found = _load(*key)
        self._remember(key, found, generation)
        return found

    def _remember(self, key: tuple[bytes, str], found: SignedIn | None, generation: int) -> None:
        """Keep what was loaded, unless something was forgotten while it was on its way."""
        with self._lock:
            self._found.pop(key, None)
            if found is None or generation != self._generation:
                return
            self._found[key] = found
            while len(self._found) > self._most:
                self._found.popitem(last=False)


def _load(token_hash: bytes, host: str) -> SignedIn | None:
    """The session as it stands, after its account has been linked to its member or released from a former one."""
    row = _find_session(token_hash, host)
    if row is None:
        return None
    session, account, member = row
    if account.member_id is not None and (member is None or member.phone_index != account.phone_index):
        release(account.id, account.member_id)
        return None
    if member is None and phone_is_proved(account.phone_proved_at) and link_by_phone(account.id):
        session, account, member = _find_session(token_hash, host) or row
    _touch(session)
    return _signed_in(session, account, member, host)


def _signed_in(session: Session, account: Account, member: MemberFacts | None, host: str) -> SignedIn:
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.union_path, RoleGrant.expires_at).where(
            RoleGrant.account_id == account.id, or_(RoleGrant.expires_at.is_(None), RoleGrant.expires_at > now())
        )
    ).all()
    ends = [session.expires_at, *(grant.expires_at for grant in grants if grant.expires_at)]
    return SignedIn(
        session_id=session.id,
        parent_id=session.parent_id,
        account_id=account.id,
        member_id=account.member_id,
        member_path=member.union_path if member else "",
        name=(member.name if member else "") or account.display_name or _masked_phone(account),
        locale=account.locale,
        large_text=account.large_text,
        grants=tuple((grant.role, grant.union_path) for grant in grants),
        proof=session.proof,
        signed_in_at=session.created_at,
        second_factor_at=session.second_factor_at,
        host=host,
        expires_at=session.expires_at,
        remembered_until=min(now() + REMEMBERED, *ends),
    )


def _find_session(token_hash: bytes, host: str) -> tuple[Session, Account, MemberFacts | None] | None:
    parent = aliased(Session)
    row = db.session.execute(
        select(Session, Account, Member.name, Member.union_path, Member.phone_index)
        .join(Account, Account.id == Session.account_id)
        .outerjoin(Member, Member.id == Account.member_id)
        .outerjoin(parent, parent.id == Session.parent_id)
        .where(
            Session.token_hash == token_hash,
            Session.host == host,
            Session.revoked_at.is_(None),
            parent.revoked_at.is_(None),
            Session.expires_at > now(),
            Session.last_seen_at > now() - IDLE,
            Account.status == "active",
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    session, account, name, union_path, phone_index = row
    return session, account, MemberFacts(name, union_path or "", phone_index) if name is not None else None


def _touch(session: Session) -> None:
    """Note that the session and its parent are in use, at most once in `REMEMBERED`."""
    if session.last_seen_at < now() - REMEMBERED:
        db.session.execute(
            update(Session)
            .where(Session.id.in_([session.id, session.parent_id]), Session.last_seen_at < now() - REMEMBERED)
            .values(last_seen_at=now())
            .execution_options(synchronize_session=False)
        )


def _masked_phone(account: Account) -> str:
    phone = platform().cipher.decrypt(account.phone_cipher, table="accounts", column="phone", row=account.id)
    return mask_phone(phone)
