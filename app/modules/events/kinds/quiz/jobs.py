"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.quiz.citywide import sending
from app.modules.events.kinds.quiz.teams import passing_on


@periodic(
    "events.quiz_send",
    title=_("Send results of quizzes to the ranking over all zones"),
    every=timedelta(minutes=1),
    module="events",
)
def send_results() -> None:
    for _part in sending.send_results():
        checkpoint()


@periodic(
    "events.quiz_pass_on",
    title=_("Pass teams on whose captain has left"),
    every=timedelta(minutes=5),
    module="events",
)
def pass_teams_on() -> None:
    while passing_on.pass_on():
        checkpoint()
