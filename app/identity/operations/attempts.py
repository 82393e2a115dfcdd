"""Who tries to sign in, and whether this browser has done so before.

Limits count by (phone, browser), so that nobody uses up another's tries, beside wider ones by phone for all browsers
that are strangers to it. A browser in which somebody has signed in by a phone is no stranger to that phone any more:
whatever strangers try, its owner still gets in. None of this depends on whether the phone has an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.platform import platform
from app.identity.limits import Limit, give_back, spend
from app.identity.models import KnownBrowser
from tenants.database import db

KNOWN_FOR = timedelta(days=400)
"""As long as browsers keep a cookie."""
WINDOWS = {
    "minute": timedelta(minutes=1),
    "quarter": timedelta(minutes=15),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


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


class AttemptLimits:
    """What attempts of one kind may use up, as the most uses in windows by name: `pair={"hour": 5, "day": 12}`.

    `pair` counts by phone and browser, `phone` what all strange browsers together do with a phone, `address` by network,
    `everybody` the whole city. A limit is called `<kind>.<whom it counts>.<window>`.
    """

    def __init__(
        self,
        kind: str,
        *,
        pair: Mapping[str, int],
        phone: Mapping[str, int],
        address: Mapping[str, int],
        everybody: Mapping[str, int],
    ) -> None:
        subjects = {"pair": pair, "phone": phone, "address": address, "everybody": everybody}
        self.limits = {
            (subject, window): Limit(f"{kind}.{subject}.{window}", most, WINDOWS[window])
            for subject, windows in subjects.items()
            for window, most in windows.items()
        }

    def spend(self, attempt: Attempt) -> None:
        """Count one attempt; raises `TooMany`."""
        spend(*self._uses(attempt, "pair", "phone", "address", "everybody"))

    def give_back(self, attempt: Attempt, *subjects: str) -> None:
        """Take back what a rightful attempt used up of the limits by these subjects."""
        give_back(*self._uses(attempt, *subjects))

    def _uses(self, attempt: Attempt, *subjects: str) -> list[tuple[Limit, str]]:
        """In the order in which they are named everywhere, narrow ones first."""
        counted = {"pair": attempt.pair, "phone": attempt.phone, "address": attempt.address, "everybody": ""}
        chosen = [subject for subject in subjects if subject != "phone" or not is_known(attempt)]
        return [(limit, counted[subject]) for (subject, _), limit in self.limits.items() if subject in chosen]


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
