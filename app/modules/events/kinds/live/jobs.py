"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.live import showing


@periodic("events.live_remind", title=_("Remind members of live streams"), every=timedelta(minutes=1), module="events")
def remind() -> None:
    while showing.remind():
        checkpoint()
