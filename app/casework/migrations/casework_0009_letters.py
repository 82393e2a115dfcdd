"""Decision letters.

Revision ID: casework_0009
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0009"
down_revision = "casework_0008"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE case_letters (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    event_id uuid NOT NULL,
    letter text NOT NULL CHECK (letter <> ''),
    locale text NOT NULL CHECK (locale IN ('zh_CN', 'en')),
    file_id uuid NOT NULL,
    check_code text NOT NULL CHECK (check_code <> ''),
    issued_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, event_id, locale),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, event_id) REFERENCES case_events (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX case_letters_case_idx ON case_letters (zone_id, case_id);
CREATE INDEX case_letters_file_idx ON case_letters (zone_id, file_id);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = case_letters.zone_id AND c.id = case_letters.case_id)"""  # noqa: S608 - constants

LETTERS_OF_CASES_SEEN = """
CREATE POLICY hall_staff_case_letters ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'casework.letter' OR EXISTS (
        SELECT 1 FROM case_letters t WHERE t.zone_id = files.zone_id AND t.file_id = files.id))
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(LETTERS_OF_CASES_SEEN)
    protect("case_letters", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=OF_A_CASE), worker=Rule(all=ZONE))


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_case_letters ON files")
    op.execute("DROP TABLE case_letters")
