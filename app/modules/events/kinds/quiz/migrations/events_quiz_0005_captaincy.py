"""A captain hands a team over to somebody in it.

Revision ID: events_quiz_0005
"""

from app.modules.events.teams.captaincy import let_captains_hand_over, let_captains_stay
from tenants.policies import OWN

revision = "events_quiz_0005"
down_revision = "events_quiz_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    let_captains_hand_over("quiz", OWN)


def downgrade() -> None:
    let_captains_stay("quiz")
