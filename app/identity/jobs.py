"""Background work of identity."""

from datetime import timedelta

from app.core.jobs import periodic
from app.identity.sweeping import sweep_identity


@periodic("identity.sweep", every=timedelta(minutes=30))
def sweep() -> None:
    """Each open zone's run takes a share; together they are bounded by `MOST_SWEPT` rows of a table for each zone."""
    sweep_identity()
