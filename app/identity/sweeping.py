"""What of identity is over goes: codes, hand-offs, counters, browsers long unseen, sessions a month after their end.

Runs on the worker plane, which sees no other rows of these tables.
"""

from sqlalchemy import CursorResult, delete, select

from app.identity.models import Enrolment, HandOff, KnownBrowser, LimitCounter, Session, SignInCode
from tenants.database import db

SWEPT = (SignInCode, HandOff, LimitCounter, KnownBrowser, Enrolment, Session)
MOST_SWEPT = 2_000
"""Rows of one table in one run, so that no run is long; the next goes on."""


def sweep_identity() -> dict[str, int]:
    """Remove what is over; returns how many rows of which table."""
    return {model.__tablename__: _sweep(model) for model in SWEPT}


def _sweep(model: type) -> int:
    key = model.__table__.primary_key.columns.values()[0]
    over = delete(model).where(key.in_(select(key).limit(MOST_SWEPT)))
    swept: CursorResult = db.session.execute(over.execution_options(synchronize_session=False, preserve_rowcount=True))  # type: ignore[assignment]
    return swept.rowcount
