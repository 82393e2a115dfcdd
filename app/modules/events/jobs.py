"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.operations import follow_the_clock
from tenants.context import Actor

SYSTEM = Actor(name="system")


@periodic(
    "events.follow_the_clock", title=_("Open, close and settle campaigns"), every=timedelta(minutes=1), module="events"
)
def keep_time() -> None:
    """Members can take part from a campaign's first second to its last even when this is late; here its state follows."""
    while follow_the_clock(SYSTEM):
        checkpoint()
