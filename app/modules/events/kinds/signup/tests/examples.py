"""One of everything a page of sign-ups can show."""

from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.signup import doors
from app.modules.events.kinds.signup.tests.signups import Signups
from app.modules.events.tests.fair import SOON, Fair
from tenants.database import db
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    assert person.member_id
    signups = Signups(fair)
    campaign_id, sessions = signups.announced()
    with time_machine.travel(now() + SOON):
        registration = signups.register(person.member_id, sessions[0])
    keeper = fair.world.staff(fair.zone, "editor")
    with fair.staff():
        kept = doors.name_keeper(fair.maker, campaign_id, keeper.account_id, keeper.name)
        db.session.commit()
    return {
        "events_signup_doorkeepers": kept.id,
        "events_campaigns_signup": campaign_id,
        "events_campaigns_signup_draft": signups.drafted(signups.when()),
        "events_signup_sessions": sessions[0],
        "events_signup_registrations": registration.id,
    }
