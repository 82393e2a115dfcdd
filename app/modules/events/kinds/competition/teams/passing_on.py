"""What becomes of teams whose captain has left the zone's unions before it was handed in. On the worker plane."""

from sqlalchemy import exists

from app.modules.events.kinds.competition.models import Contestant
from app.modules.events.kinds.competition.teams.models import Team, TeamMember
from app.modules.events.kinds.competition.turns import hold_people
from app.modules.events.teams import passing_on


def pass_on() -> bool:
    """Let one such team pass to whoever of it joined next; whether there was one."""
    return passing_on.pass_on(TEAMS)


HANDED_IN = exists().where(Contestant.team_id == TeamMember.team_id)
TEAMS = passing_on.Teams("competition", Team, TeamMember, kept=HANDED_IN, hold=hold_people)
