"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.claim import moving_up


@periodic(
    "events.claim_move_up",
    title=_("Give vouchers that come back to those who wait"),
    every=timedelta(minutes=1),
    module="events",
)
def move_up() -> None:
    while moving_up.move_up():
        checkpoint()
