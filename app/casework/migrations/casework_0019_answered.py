"""When the first answer came; outcomes of every end, not only of decisions, and what was recovered.

Revision ID: casework_0019
"""

from alembic import op

revision = "casework_0019"
down_revision = "casework_0018"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE cases ADD COLUMN answered_at timestamptz,
    ADD COLUMN month_answered date GENERATED ALWAYS AS
        (date_trunc('month', answered_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    DROP CONSTRAINT cases_answered,
    ADD CONSTRAINT cases_answered CHECK (num_nonnulls(answered_at, answered_in_days, answered_in_time) IN (0, 3));
GRANT UPDATE (answered_at) ON cases TO hall_staff;
ALTER TABLE case_past ADD COLUMN amount_recovered_cents bigint, ADD COLUMN month_answered date,
    ADD CHECK (num_nonnulls(month_answered, answered_in_days, answered_in_time) IN (0, 3));
"""
# Each includes what the staff's policy on `cases` and the figures ask for, so that no case itself is read.
INDEXES = """
DROP INDEX cases_decided_idx;
CREATE INDEX cases_ended_idx ON cases (zone_id, module, kind, state, month_closed)
    INCLUDE (phase, amount_granted_cents, amount_recovered_cents, blind_paths)
    WHERE phase IN ('decided', 'ended');
CREATE INDEX cases_first_answer_idx ON cases (zone_id, module, kind, month_answered, answered_in_days)
    INCLUDE (answered_in_time, phase, blind_paths) WHERE month_answered IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(INDEXES)


def downgrade() -> None:
    op.execute("DROP INDEX cases_ended_idx, cases_first_answer_idx")
    op.execute("""
        CREATE INDEX cases_decided_idx ON cases (zone_id, module, kind, state, month_closed)
            INCLUDE (phase, amount_granted_cents, answered_in_days, answered_in_time, blind_paths)
            WHERE phase = 'decided'
    """)
    op.execute("ALTER TABLE case_past DROP COLUMN amount_recovered_cents, DROP COLUMN month_answered")
    op.execute("""
        ALTER TABLE cases DROP CONSTRAINT cases_answered, DROP COLUMN month_answered, DROP COLUMN answered_at,
            ADD CONSTRAINT cases_answered CHECK ((answered_in_days IS NULL) = (answered_in_time IS NULL))
    """)
