"""The outbox: what must happen after a transaction is a row of that transaction, so neither can exist without the other.

A relay process hands due rows to workers (`app.core.jobs`). A row's `dedupe_key` is unique in its zone: emitting the
same event twice is emitting it once.

States: pending → leased → done, or back to pending after a failure, or dead after too many. `available_at` is when a
row is due: for a leased one that is when its lease ends. `attempts` counts the runs that were begun and never goes back:
a run knows by it that it has been overtaken. `failures` counts those that came to nothing, a running one until it ends.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.i18n import DEFAULT_LOCALE, current_locale
from tenants.context import current_zone
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7

LOCALE = "_locale"
ACCOUNT = "_account"
EMITTED = "hall_emitted"  # a mark on the session: its commit is worth waking the relay


class OutboxEvent(ZoneScoped, db.Model):
    """An event that a worker will handle; `kind` names the handler, `payload` holds its arguments, never personal data."""

    __tablename__ = "outbox_events"

    kind: Mapped[str]
    dedupe_key: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    done_at: Mapped[datetime | None]


def emit(
    kind: str,
    *,
    dedupe_key: str,
    payload: dict[str, Any],
    not_before: datetime | None = None,
    account_id: UUID | None = None,
) -> None:
    """Add an event to the running transaction; a duplicate of one that exists in the zone is silently dropped.

    `payload` is JSON and carries ids, not rows and not personal data. The handler runs in the language of the reader
    who caused it, and for `account_id` where that is given. Raises `NoZone` outside a zone.
    """
    words = current_locale()
    extra = {LOCALE: words} if words != DEFAULT_LOCALE else {}
    if account_id is not None:
        extra[ACCOUNT] = str(account_id)
    db.session.execute(
        insert(OutboxEvent)
        .values(
            zone_id=current_zone().id,
            id=uuid7(),
            kind=kind,
            dedupe_key=dedupe_key,
            payload=payload | extra,
            state="pending",
            attempts=0,
            failures=0,
            available_at=not_before or now(),
            last_error="",
        )
        .on_conflict_do_nothing()
    )
    db.session.info[EMITTED] = True
