"""Requests for erasure, and holds.

Revision ID: casework_0016
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0016"
down_revision = "casework_0015"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_erasures (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    answer text CHECK (answer IN ('granted', 'refused')),
    ground text,
    words_cipher bytea,
    answered_at timestamptz,
    answered_by uuid,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_erasures_answer CHECK (num_nulls(answer, answered_at, answered_by) IN (0, 3)),
    CONSTRAINT case_erasures_ground CHECK (num_nulls(ground, words_cipher) = CASE WHEN answer = 'refused' THEN 0 ELSE 2 END)
);
CREATE UNIQUE INDEX case_erasures_open ON case_erasures (zone_id, case_id) WHERE answer IS NULL;
CREATE INDEX case_erasures_case_idx ON case_erasures (zone_id, case_id, id);

CREATE TABLE case_holds (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    until date NOT NULL,
    placed_by uuid NOT NULL,
    placed_by_name text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now(),
    reviewed_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    ended_by uuid,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE UNIQUE INDEX case_holds_running ON case_holds (zone_id, case_id) WHERE ended_at IS NULL;
CREATE INDEX case_holds_case_idx ON case_holds (zone_id, case_id);
"""


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    own, of_case = f"{ZONE} AND {OWN}", of_a_case("case_erasures")
    protect("case_erasures",
            member=Rule(read=own, insert=f"{of_case} AND {OWN} AND answer IS NULL"),
            staff=Rule(read=of_case, update=of_case, update_columns="answer, ground, words_cipher, answered_at, answered_by"),
            worker=Rule(all=ZONE))  # fmt: skip
    of_case = of_a_case("case_holds")
    protect("case_holds",
            staff=Rule(read=of_case, insert=of_case, update=of_case, update_columns="until, reviewed_at, ended_at, ended_by"),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_erasures, case_holds")
