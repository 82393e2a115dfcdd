"""Who helps with a case, who is kept from it, and who opened it for a reason.

Revision ID: casework_0003
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0003"
down_revision = "casework_0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_participants (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    until date NOT NULL,
    named_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id, account_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);

CREATE TABLE case_conflicts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    account_id uuid NOT NULL,
    declared_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id, account_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);

CREATE TABLE case_openings (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    account_id uuid NOT NULL,
    reason_cipher bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > opened_at),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX case_openings_case_idx ON case_openings (zone_id, case_id, account_id);
"""
MINE = f"{ZONE} AND {OWN}"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    of_case = of_a_case("case_participants")
    protect("case_participants",
            staff=Rule(read=of_case, insert=of_case, update=of_case, delete=of_case,
                       update_columns="name, until"),
            worker=Rule(all=ZONE))  # fmt: skip
    # What was declared is never taken back, and who opened a case is never forgotten.
    of_case = of_a_case("case_conflicts")
    protect("case_conflicts", staff=Rule(read=of_case, insert=of_case), worker=Rule(all=ZONE))
    of_case = of_a_case("case_openings")
    protect("case_openings", member=Rule(read=MINE), staff=Rule(read=of_case, insert=of_case), worker=Rule(all=ZONE))


def downgrade() -> None:
    op.execute("DROP TABLE case_openings, case_conflicts, case_participants")
