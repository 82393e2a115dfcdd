"""One of everything a page of a survey can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.survey.tests.inquiry import USED, Inquiry
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    assert person.member_id
    inquiry = Inquiry(fair)
    with time_machine.travel(now() - 2 * A_DAY, tick=False) as clock:
        settled = inquiry.announced()
        clock.shift(SOON + timedelta(minutes=1))
        for each in fair.members:
            inquiry.send(settled, each)
        inquiry.close(clock, settled)
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        named = inquiry.announced(settings={"mode": "named"})
        anonymous = inquiry.announced()
    inquiry.send(named, person.member_id, USED)
    return {
        "events_campaigns_survey": anonymous,
        "events_campaigns_survey_named": named,
        "events_campaigns_survey_settled": settled,
        "events_campaigns_survey_in_draft": inquiry.drafted(),
    }
