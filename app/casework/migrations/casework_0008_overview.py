"""Figures of cases: when an answer came, what a year's budget is, and indexes that answer without the cases themselves.

Revision ID: casework_0008
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "casework_0008"
down_revision = "casework_0007"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE cases ADD COLUMN answered_in_days integer CHECK (answered_in_days >= 0), ADD COLUMN answered_in_time boolean,
    ADD COLUMN month_handed_in date GENERATED ALWAYS AS
        (date_trunc('month', submitted_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    ADD COLUMN month_closed date GENERATED ALWAYS AS
        (date_trunc('month', closed_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    ADD CONSTRAINT cases_answered CHECK ((answered_in_days IS NULL) = (answered_in_time IS NULL));
GRANT UPDATE (answered_in_days, answered_in_time) ON cases TO hall_staff;
"""
# Each includes what the staff's policy on `cases` and the figures ask for, so that no case itself is read.
INDEXES = """
CREATE INDEX cases_open_idx ON cases (zone_id, module, handler_id)
    INCLUDE (phase, handler_name, due_at, blind_path, blind_end) WHERE phase = 'open';
CREATE INDEX cases_handed_in_idx ON cases (zone_id, module, kind, month_handed_in)
    INCLUDE (phase, amount_requested_cents, blind_path, blind_end) WHERE phase <> 'draft';
CREATE INDEX cases_decided_idx ON cases (zone_id, module, kind, state, month_closed)
    INCLUDE (phase, amount_granted_cents, answered_in_days, answered_in_time, blind_path, blind_end)
    WHERE phase = 'decided';
CREATE INDEX cases_state_idx ON cases (zone_id, module, state, is_urgent DESC, due_at, id) WHERE phase <> 'draft';
"""
BUDGETS = """
CREATE TABLE case_budgets (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    cents bigint NOT NULL CHECK (cents >= 0),
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, module, year)
);
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(INDEXES)
    op.execute(BUDGETS)
    protect("case_budgets",
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="cents, version, updated_at"),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_budgets")
    op.execute("DROP INDEX cases_open_idx, cases_handed_in_idx, cases_decided_idx, cases_state_idx")
    op.execute(
        "ALTER TABLE cases DROP COLUMN answered_in_days, DROP COLUMN answered_in_time, "
        "DROP COLUMN month_handed_in, DROP COLUMN month_closed"
    )
