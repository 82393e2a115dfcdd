"""What runs by the clock."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, job, periodic
from app.modules.events.operations import follow_the_clock
from app.modules.events.prizes import redrawing
from app.modules.events.sharing.operations import count_taken_up
from tenants.context import Actor, current_actor

SYSTEM = Actor(name="system")


@periodic(
    "events.follow_the_clock", title=_("Open, close and settle campaigns"), every=timedelta(minutes=1), module="events"
)
def keep_time() -> None:
    """Members can take part from a campaign's first second to its last even when this is late; here its state follows."""
    while follow_the_clock(SYSTEM):
        checkpoint()


@job(redrawing.REDRAW, title=_("Give a prize that is drawn again to the next"))
def redraw(redraw_id: str) -> None:
    redrawing.carry_out(current_actor(), UUID(redraw_id))


@periodic(
    "events.count_taken_up",
    title=_("Count who takes part in campaigns of the city"),
    every=timedelta(hours=1),
    module="events",
)
def count_for_the_city() -> None:
    count_taken_up()
