"""What runs by the clock."""

from datetime import timedelta

from app.core.jobs import periodic
from app.modules.help import deadlines
from tenants.context import current_actor


@periodic("help.remind", every=timedelta(days=1), module="help")
def remind() -> None:
    deadlines.remind(current_actor())
