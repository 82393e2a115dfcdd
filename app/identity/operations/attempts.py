"""Who tries to sign in, and whether this browser has done so before.

Limits count by (phone, browser), so that nobody uses up another's tries, beside wider ones by phone for all browsers
that are strangers to it. A browser in which somebody has signed in by a phone is no stranger to that phone any more:
whatever strangers try, its owner still gets in. None of this depends on whether the phone has an account.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.platform import platform
from app.identity.limits import Limit
from app.identity.models import KnownBrowser
from tenants.database import db

KNOWN_FOR = timedelta(days=400)
"""As long as browsers keep a cookie."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A phone (E.164), the network address it is tried from, and the secret that the browser keeps."""

    phone: str
    address: str
    browser: str

    @property
    def pair(self) -> str:
        """The phone in this browser, as a subject of limits."""
        return f"{self.phone}|{self.browser}"

    def uses(self, own: tuple[Limit, ...], strangers: tuple[Limit, ...]) -> list[tuple[Limit, str]]:
        """What the attempt spends of limits by (phone, browser), and of those by phone if the browser is a stranger."""
        wide = [] if is_known(self) else [(limit, self.phone) for limit in strangers]
        return [(limit, self.pair) for limit in own] + wide


def is_known(attempt: Attempt) -> bool:
    found = select(KnownBrowser.browser_key).where(
        KnownBrowser.browser_key == _key(attempt), KnownBrowser.expires_at > now()
    )
    return db.session.scalar(found) is not None


def remember_browser(attempt: Attempt) -> None:
    """Note that the phone's owner has signed in with this browser."""
    until = now() + KNOWN_FOR
    db.session.execute(
        insert(KnownBrowser)
        .values(browser_key=_key(attempt), expires_at=until)
        .on_conflict_do_update(index_elements=["browser_key"], set_={"expires_at": until})
    )


def _key(attempt: Attempt) -> bytes:
    return platform().blind_index.of("known_browser", attempt.pair)
