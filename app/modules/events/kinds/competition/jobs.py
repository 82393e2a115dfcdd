"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.modules.events.kinds.competition import judging


@periodic(
    "events.competition_remind_judges",
    title=_("Remind judges of rounds that end soon"),
    every=timedelta(minutes=15),
    module="events",
)
def remind_judges() -> None:
    judging.remind_judges()
