"""From what a clock is counted, so that another calendar may count it anew; a case may wait while a time limit runs.

Revision ID: casework_0012
"""

from alembic import op

revision = "casework_0012"
down_revision = "casework_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE case_clocks ADD COLUMN counted_from timestamptz NOT NULL, ADD COLUMN counted integer NOT NULL CHECK (counted >= 0),
            ADD COLUMN counted_unit text NOT NULL CHECK (counted_unit IN ('working_days', 'days', 'months', 'years', 'hours'));
        GRANT UPDATE (counted_from, counted, counted_unit) ON case_clocks TO hall_member, hall_staff;
        ALTER TABLE cases DROP CONSTRAINT cases_clock, ADD CONSTRAINT cases_clock CHECK (
            CASE WHEN phase = 'open' THEN num_nonnulls(due_at, paused_at) > 0 ELSE num_nonnulls(due_at, paused_at) = 0 END)
    """)


def downgrade() -> None:
    op.execute("""
        ALTER TABLE cases DROP CONSTRAINT cases_clock, ADD CONSTRAINT cases_clock CHECK (
            CASE WHEN phase = 'open' THEN num_nonnulls(due_at, paused_at) = 1 ELSE num_nonnulls(due_at, paused_at) = 0 END);
        ALTER TABLE case_clocks DROP COLUMN counted_from, DROP COLUMN counted, DROP COLUMN counted_unit
    """)
