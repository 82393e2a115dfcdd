"""A captain hands a team over to somebody in it, until it was handed in: from then on the contestant is theirs.

Revision ID: events_competition_0005
"""

from app.modules.events.kinds.competition.policies import ACCOUNT
from app.modules.events.teams.captaincy import let_captains_hand_over, let_captains_stay
from tenants.policies import RUNNING_ZONE

revision = "events_competition_0005"
down_revision = "events_competition_0004"
branch_labels = None
depends_on = None

HANDED_IN = (
    f"EXISTS (SELECT FROM events_competition_contestants c WHERE c.zone_id = {RUNNING_ZONE} AND c.team_id = team)"
)


def upgrade() -> None:
    let_captains_hand_over("competition", ACCOUNT, kept=HANDED_IN)


def downgrade() -> None:
    let_captains_stay("competition")
