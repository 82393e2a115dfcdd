"""A team whose captain has left the zone's unions passes on.

Revision ID: events_competition_0006
"""

from app.modules.events.teams.captaincy import let_teams_pass_on, let_teams_rest

revision = "events_competition_0006"
down_revision = "events_competition_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    let_teams_pass_on("competition", "left_at, member_id, name, union_id")


def downgrade() -> None:
    let_teams_rest("competition", "left_at, member_id, name, union_id")
