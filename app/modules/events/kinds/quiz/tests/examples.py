"""One of everything a page of a quiz can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.quiz.models import Question
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.tests.fair import SOON, Fair
from tenants.database import db
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    school, member_id = School(fair), person.member_id
    assert member_id
    school.filled()
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = school.quiz()
    handed_in = school.take(campaign_id, member_id)
    with fair.staff():
        question_id = db.session.scalars(db.select(Question.id)).first()
    assert question_id
    return {
        "events_campaigns_quiz": campaign_id,
        "events_quiz_attempts": handed_in,
        "events_quiz_attempts_running": school.begin(campaign_id, member_id),
        "events_quiz_questions": question_id,
    }
