"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.modules.help import deadlines
from tenants.context import current_actor


@periodic("help.remind", title=_("Remind of promised answers"), every=timedelta(days=1), module="help")
def remind() -> None:
    deadlines.remind(current_actor())
