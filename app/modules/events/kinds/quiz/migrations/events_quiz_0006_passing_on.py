"""A team whose captain has left the zone's unions passes on.

Revision ID: events_quiz_0006
"""

from app.modules.events.teams.captaincy import let_teams_pass_on, let_teams_rest

revision = "events_quiz_0006"
down_revision = "events_quiz_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    let_teams_pass_on("quiz", "left_at")


def downgrade() -> None:
    let_teams_rest("quiz", "left_at")
