"""Objections to a case's handler.

Revision ID: casework_0027
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0027"
down_revision = "casework_0026"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE case_recusals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    handler_id uuid NOT NULL,
    handler_name text NOT NULL,
    reason_cipher bytea NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    answer text CHECK (answer IN ('granted', 'refused')),
    words_cipher bytea,
    answered_at timestamptz,
    answered_by uuid,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id, handler_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_recusals_answer CHECK (num_nulls(answer, answered_at, answered_by) IN (0, 3)),
    CONSTRAINT case_recusals_words CHECK ((words_cipher IS NULL) = (answer IS DISTINCT FROM 'refused')),
    CONSTRAINT case_recusals_judge CHECK (answered_by IS DISTINCT FROM handler_id)
);
CREATE INDEX case_recusals_open_idx ON case_recusals (zone_id, id) WHERE answer IS NULL;
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = case_recusals.zone_id AND c.id = case_recusals.case_id)"""  # noqa: S608 - constants
OF_ANOTHER = f"{OF_A_CASE} AND handler_id IS DISTINCT FROM nullif(current_setting('hall.account', true), '')::uuid"
"""Whoever was objected to does not see it."""


def upgrade() -> None:
    op.execute(TABLE)
    own = f"{ZONE} AND {OWN}"
    protect("case_recusals",
            member=Rule(read=own, insert=f"{OF_A_CASE} AND {OWN} AND answer IS NULL"),
            staff=Rule(read=OF_ANOTHER, update=OF_ANOTHER, update_columns="answer, words_cipher, answered_at, answered_by"),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_recusals")
