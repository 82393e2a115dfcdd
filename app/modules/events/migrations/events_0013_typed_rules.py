"""The rules of a campaign as they were typed, beside what is shown of them.

Revision ID: events_0013
"""

from alembic import op

revision = "events_0013"
down_revision = "events_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE events_campaigns ADD rules text;
        ALTER TABLE events_campaigns DISABLE TRIGGER keep_frozen_campaign;
        UPDATE events_campaigns SET rules = rules_html;
        ALTER TABLE events_campaigns ENABLE TRIGGER keep_frozen_campaign;
        ALTER TABLE events_campaigns ALTER rules SET NOT NULL;
        GRANT UPDATE (rules) ON events_campaigns TO hall_staff;
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE events_campaigns DROP rules")
