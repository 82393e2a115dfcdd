"""What becomes of teams whose captain has left the zone's unions while registration is open; one that was handed in passes on with its
registration, and never dissolves. On the worker plane."""

from sqlalchemy import exists
from sqlalchemy.orm import aliased

from app.modules.events.kinds.competition.models import Contestant
from app.modules.events.kinds.competition.teams.models import Team, TeamMember
from app.modules.events.kinds.competition.turns import hold_people
from app.modules.events.teams import passing_on


def pass_on() -> bool:
    """Let one such team pass to whoever of it joined next; whether there was one."""
    return passing_on.pass_on(TEAMS)


OWN = aliased(Contestant)
HANDED_IN = exists().where(Contestant.team_id == TeamMember.team_id)
HAS_ANOTHER = exists().where(
    OWN.campaign_id == TeamMember.campaign_id,
    OWN.account_id == TeamMember.account_id,
    OWN.team_id.is_distinct_from(TeamMember.team_id),
)
"""Whoever handed another team in before: there is one registration of an account."""
TEAMS = passing_on.Teams(
    "competition", Team, TeamMember, barred=HANDED_IN & HAS_ANOTHER, fixed=HANDED_IN, hold=hold_people
)
