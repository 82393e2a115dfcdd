"""What is left of erased cases.

Revision ID: casework_0010
"""

from alembic import op

from tenants.policies import UNTIED_TO_ONE, ZONE, Rule, protect

revision = "casework_0010"
down_revision = "casework_0009"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE case_past (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    kind text NOT NULL,
    state text NOT NULL,
    phase text NOT NULL,
    blind_path text COLLATE "C" CHECK (blind_path <> ''),
    blind_end text COLLATE "C" GENERATED ALWAYS AS (left(blind_path, -1) || '/') STORED,
    month_handed_in date NOT NULL,
    month_closed date NOT NULL,
    amount_requested_cents bigint,
    amount_granted_cents bigint,
    answered_in_days integer,
    answered_in_time boolean,
    PRIMARY KEY (zone_id, id)
);
CREATE INDEX case_past_idx ON case_past (zone_id, module, month_closed);
CREATE INDEX cases_kept_idx ON cases (zone_id, kind, closed_at) WHERE closed_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(TABLE)
    protect("case_past", staff=Rule(read=f"{ZONE} AND {UNTIED_TO_ONE}"), worker=Rule(all=ZONE))


def downgrade() -> None:
    op.execute("DROP INDEX cases_kept_idx")
    op.execute("DROP TABLE case_past")
