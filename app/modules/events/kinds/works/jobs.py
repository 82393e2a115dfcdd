"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.works import sweeping, voting
from app.modules.events.kinds.works.jury import duties


@periodic("events.works_count", title=_("Count votes for works"), every=timedelta(minutes=1), module="events")
def count_votes() -> None:
    voting.count_running()


@periodic(
    "events.works_sweep",
    title=_("Remove pictures of works that were taken back"),
    every=timedelta(minutes=1),
    module="events",
)
def sweep() -> None:
    while sweeping.sweep():
        checkpoint()


@periodic(
    "events.works_tell_judges", title=_("Tell judges of works that wait"), every=timedelta(minutes=15), module="events"
)
def tell_judges() -> None:
    duties.tell_judges()
