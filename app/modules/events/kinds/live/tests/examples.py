"""One of everything a page of live streams can show."""

from uuid import UUID

from app.modules.events.kinds.live.tests.shows import announced, drafted
from app.modules.events.tests.fair import Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, _person: Person) -> dict[str, UUID]:
    return {"events_campaigns_live": announced(fair), "events_campaigns_live_draft": drafted(fair)}
