"""Telling every process that what a zone's public pages show has changed."""

from tenants.changes import announce
from tenants.context import current_zone
from tenants.database import db

CONTENT_CHANGED = "content"
_touched = "hall_touched_content"


def touch_content() -> None:
    """The running zone's public pages show something new: call it in the operation that writes it.

    They are rendered anew as soon as the running transaction has committed and its line was read: 0.25 s at most.
    """
    _touch(str(current_zone().id))


def touch_shared_content() -> None:
    """The same for content that other zones show too: the pages of every zone are rendered anew."""
    _touch("*")


def _touch(key: str) -> None:
    """One line of the feed a session, however many rows it writes."""
    touched: set[str] = db.session.info.setdefault(_touched, set())
    if key not in touched:
        touched.add(key)
        announce(CONTENT_CHANGED, key)
