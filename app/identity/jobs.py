"""Background work of identity."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.identity.sweeping import sweep_identity


@periodic("identity.sweep", title=_("Clear away ended sessions and codes"), every=timedelta(minutes=30))
def sweep() -> None:
    """Each open zone's run takes a share; together they are bounded by `MOST_SWEPT` rows of a table for each zone."""
    sweep_identity()
