"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.quiz.citywide import sending


@periodic(
    "events.quiz_send",
    title=_("Send results of quizzes to the ranking over all zones"),
    every=timedelta(minutes=1),
    module="events",
)
def send_results() -> None:
    for _part in sending.send_results():
        checkpoint()
