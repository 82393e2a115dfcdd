"""Who decided that a case goes on: somebody else than who recommended it.

Revision ID: casework_0013
"""

from alembic import op

revision = "casework_0013"
down_revision = "casework_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cases ADD COLUMN accepted_by uuid,
            ADD CONSTRAINT cases_accepted_by_a_second CHECK (accepted_by IS NULL OR (
                accepted_by IS DISTINCT FROM submitted_by AND (NOT needs_two_people
                OR (recommended_by IS NOT NULL AND recommended_by <> accepted_by))))
    """)
    op.execute("GRANT UPDATE (accepted_by) ON cases TO hall_staff")


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN accepted_by")
