"""One of everything a page of the module can show."""

from uuid import UUID

from app.core.clock import today_in_china
from app.modules.events.draws.drawing import draw
from app.modules.events.kinds import list_parts
from app.modules.events.sharing.tests.citywide import city_fair
from app.modules.events.tests.fair import Fair
from app.modules.events.weeks.occurring import Every
from app.modules.events.weeks.operations import Written, announce_week, write_week
from tenants.context import ZoneFacts
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person, World


def make_examples(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """Ids by table, those of each kind too; the person is the member who looks."""
    fair = Fair(zone, world)
    drawn = fair.announced(mode="draw")
    with fair.work():
        draw(drawn)
        db.session.commit()
    with fair.staff():
        week = write_week(
            uuid7(), Written("会员周", "每月一次的会员活动", today_in_china(), today_in_china(), Every.MONTH)
        )
        announce_week(week.id, seen=week.mark)
        db.session.commit()
    own = {
        "events_weeks": week.id,
        "events_shared_campaigns": _shared(world),
        "events_campaigns": fair.announced(),
        "events_campaigns_drawn": drawn,
        "events_campaigns_in_draft": fair.drafted_campaign(),
    }
    for part in list_parts("tests.examples"):
        own |= part.make_examples(fair, person)
    return own


def list_readers(zone: ZoneFacts) -> list[Person]:
    """Whoever has a part in what the kinds made."""
    kinds = [part for part in list_parts("tests.examples") if hasattr(part, "list_readers")]
    return [person for part in kinds for person in part.list_readers(zone)]


def _shared(world: World) -> UUID:
    city = city_fair(world)
    return city.announced(shared_down=True, title="全市健步走", cover_file_id=city.cover())
