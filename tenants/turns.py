"""Those who must not do something at the same moment do it one after the other."""

from sqlalchemy import func, select

from tenants.database import db


def take_turn(place: str) -> None:
    """Wait until nobody else has the turn at `place`; it is held to the end of the transaction, on any plane."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))
