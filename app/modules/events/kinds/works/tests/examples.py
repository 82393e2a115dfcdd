"""One of everything a page of a call for works can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.works.jury.models import JuryMember
from app.modules.events.kinds.works.tests.panel import BEST, Panel
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """A campaign in which the person's work waits, and one whose jury sits."""
    assert person.member_id
    panel = Panel(fair)
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = panel.announced()
    own, other = panel.send(campaign_id, person.member_id), panel.send(campaign_id, fair.members[0])
    panel.accept(other)
    with time_machine.travel(now() - SOON - A_DAY - timedelta(minutes=1)) as clock:
        judged_id = panel.judged()
        clock.shift(SOON)
        scored, open_still = panel.work_of(judged_id, panel.east), panel.work_of(judged_id, panel.west)
    panel.score(panel.judge(judged_id), scored, *BEST)
    return {
        "events_campaigns_works": campaign_id,
        "events_campaigns_works_judged": judged_id,
        "works": own,
        "works_scored": scored,
        "works_judged": open_still,
        "shown_works": other,
    }


def list_readers(zone: ZoneFacts) -> list[Person]:
    """The judges."""
    with scope(Plane.STAFF, zone=zone):
        accounts = db.session.scalars(db.select(JuryMember.account_id).distinct()).all()
        return [Person(None, account_id, "", "") for account_id in accounts]
