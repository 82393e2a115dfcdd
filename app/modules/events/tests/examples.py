"""One of everything a page of the module can show."""

from uuid import UUID

from app.modules.events.draws.drawing import draw
from app.modules.events.kinds import list_parts
from app.modules.events.tests.fair import Fair
from tenants.context import ZoneFacts
from tenants.database import db
from tests.fixtures.world import Person, World


def make_examples(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """Ids by table, those of each kind too; the person is the member who looks."""
    fair = Fair(zone, world)
    drawn = fair.announced(mode="draw")
    with fair.work():
        draw(drawn)
        db.session.commit()
    own = {
        "events_campaigns": fair.announced(),
        "events_campaigns_drawn": drawn,
        "events_campaigns_in_draft": fair.drafted_campaign(),
    }
    for part in list_parts("tests.examples"):
        own |= part.make_examples(fair, person)
    return own
