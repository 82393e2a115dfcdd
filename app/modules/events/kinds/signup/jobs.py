"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.signup import waiting


@periodic(
    "events.signup_move_up",
    title=_("Give free seats of sign-ups to those who wait"),
    every=timedelta(minutes=1),
    module="events",
)
def move_up() -> None:
    while waiting.move_up():
        checkpoint()


@periodic(
    "events.signup_remind",
    title=_("Remind members of sessions that come up"),
    every=timedelta(minutes=5),
    module="events",
)
def remind() -> None:
    while waiting.remind():
        checkpoint()
