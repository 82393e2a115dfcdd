"""One of everything a page of a quiz can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.quiz.models import Question
from app.modules.events.kinds.quiz.teams.forming import found, join
from app.modules.events.kinds.quiz.teams.models import QuizTeamMember
from app.modules.events.kinds.quiz.tests.cup import Cup
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.sharing.tests.citywide import city_fair
from app.modules.events.teams.links import code_of
from app.modules.events.tests.fair import SOON, Fair
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    school, member_id = School(fair), person.member_id
    assert member_id
    school.filled()
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = school.quiz(settings={"team_from": 2, "team_to": 3})
    team, mate = _found_team(fair, campaign_id, member_id)
    handed_in = school.take(campaign_id, member_id)
    with fair.staff():
        question_id = db.session.scalars(db.select(Question.id)).first()
    assert question_id
    return {
        "events_campaigns_quiz": campaign_id,
        "events_campaigns_quiz_citywide": Cup(city_fair(fair.world), fair).take_up(),
        "events_quiz_attempts": handed_in,
        "events_quiz_attempts_running": school.begin(campaign_id, member_id),
        "events_quiz_questions": question_id,
        "events_quiz_teams": team,
        "events_quiz_team_members": mate,
    }


def _found_team(fair: Fair, campaign_id: UUID, captain: UUID) -> tuple[UUID, UUID]:
    """A team of the one who looks, and its other member."""
    (mate,) = fair.people(1)
    assert mate.member_id
    with fair.as_member(captain):
        team = found(captain, uuid7(), campaign_id, team="安全先锋队")
        code = code_of(team.id)
        db.session.commit()
    with fair.as_member(mate.member_id):
        join(mate.member_id, team.id, code)
        db.session.commit()
    with fair.staff():
        row = db.session.scalars(db.select(QuizTeamMember.id).where(QuizTeamMember.member_id == mate.member_id)).one()
    return team.id, row
