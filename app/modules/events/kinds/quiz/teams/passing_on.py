"""What becomes of teams whose captain has left the zone's unions: from the first paper of a team it dissolves no more. On the worker plane."""

from sqlalchemy import exists

from app.modules.events.kinds.quiz.models import Attempt
from app.modules.events.kinds.quiz.teams.models import QuizTeam, QuizTeamMember
from app.modules.events.teams import passing_on

HAS_BEGUN = exists().where(
    Attempt.campaign_id == QuizTeamMember.campaign_id, Attempt.member_id == QuizTeamMember.member_id
)
TEAMS = passing_on.Teams("quiz", QuizTeam, QuizTeamMember, fixed=HAS_BEGUN)


def pass_on() -> bool:
    """Let one such team pass to whoever of it joined next; whether there was one."""
    return passing_on.pass_on(TEAMS)
