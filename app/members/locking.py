"""People without a document have no unique key, so those who create members wait for each other."""

from sqlalchemy import text

from tenants.database import db

_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtextextended('members.create', 0))")


def one_writer() -> None:
    """Wait until nobody else creates members; held to the end of the transaction."""
    db.session.execute(_ONE_WRITER)
