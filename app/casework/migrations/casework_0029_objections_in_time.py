"""Objections to public notices are promised an answer by a day.

Revision ID: casework_0029
"""

from alembic import op

revision = "casework_0029"
down_revision = "casework_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE case_objections ADD COLUMN reminded_at timestamptz, ADD COLUMN found_late_at timestamptz,
            ADD COLUMN escalated_at timestamptz;
        CREATE INDEX case_objections_waiting_idx ON case_objections (zone_id, made_at) WHERE finding = 'open';
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX case_objections_waiting_idx;
        ALTER TABLE case_objections DROP COLUMN reminded_at, DROP COLUMN found_late_at, DROP COLUMN escalated_at;
    """)
