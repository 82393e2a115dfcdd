"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.competition import judging
from app.modules.events.kinds.competition.teams import passing_on


@periodic(
    "events.competition_remind_judges",
    title=_("Remind judges of rounds that end soon"),
    every=timedelta(minutes=15),
    module="events",
)
def remind_judges() -> None:
    judging.remind_judges()


@periodic(
    "events.competition_pass_on",
    title=_("Pass teams on whose captain has left"),
    every=timedelta(minutes=5),
    module="events",
)
def pass_teams_on() -> None:
    while passing_on.pass_on():
        checkpoint()
