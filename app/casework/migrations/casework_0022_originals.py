"""Papers kept besides as they were sent.

Revision ID: casework_0022
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0022"
down_revision = "casework_0021"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE case_originals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    document_id uuid NOT NULL,
    file_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, document_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, document_id) REFERENCES case_documents (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX case_originals_case_idx ON case_originals (zone_id, case_id);
CREATE INDEX case_originals_file_idx ON case_originals (zone_id, file_id);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = case_originals.zone_id AND c.id = case_originals.case_id)"""  # noqa: S608 - constants

ORIGINALS_OF_CASES_SEEN = """
CREATE POLICY hall_staff_case_originals ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'casework.original' OR EXISTS (
        SELECT 1 FROM case_originals t WHERE t.zone_id = files.zone_id AND t.file_id = files.id))
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(ORIGINALS_OF_CASES_SEEN)
    mine = f"{ZONE} AND {OWN}"
    protect("case_originals", member=Rule(read=mine, insert=mine, delete=mine), staff=Rule(read=OF_A_CASE),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_case_originals ON files")
    op.execute("DROP TABLE case_originals")
