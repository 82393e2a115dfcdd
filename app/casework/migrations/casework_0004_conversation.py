"""Appeals, messages on cases, answers ready to use, ratings.

Revision ID: casework_0004
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0004"
down_revision = "casework_0003"
branch_labels = None
depends_on = None

APPEALS = """
ALTER TABLE cases ADD COLUMN appealed_at timestamptz, ADD COLUMN appeal_decided_by uuid,
    DROP CONSTRAINT cases_grant,
    ADD CONSTRAINT cases_grant CHECK (amount_granted_cents IS NULL OR CASE WHEN appealed_at IS NULL
        THEN phase = 'decided' AND recommendation = 'grant' AND amount_granted_cents <= amount_recommended_cents
        ELSE amount_granted_cents <= amount_requested_cents END),
    ADD CONSTRAINT cases_appealed CHECK (appealed_at IS NULL OR
        (decided_by IS NOT NULL AND (phase <> 'decided' OR appeal_decided_by IS NOT NULL))),
    ADD CONSTRAINT cases_appeal_third_person CHECK (appeal_decided_by IS NULL OR (appealed_at IS NOT NULL
        AND appeal_decided_by IS DISTINCT FROM decided_by AND appeal_decided_by IS DISTINCT FROM recommended_by
        AND appeal_decided_by IS DISTINCT FROM submitted_by));
DROP INDEX cases_one_open;
CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
    WHERE is_single AND phase IN ('draft', 'open', 'returned') AND appealed_at IS NULL;
GRANT UPDATE (appealed_at) ON cases TO hall_member;
GRANT UPDATE (appeal_decided_by) ON cases TO hall_staff;
"""
NO_APPEALS = """
REVOKE UPDATE (appealed_at) ON cases FROM hall_member;
REVOKE UPDATE (appeal_decided_by) ON cases FROM hall_staff;
DROP INDEX cases_one_open;
CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
    WHERE is_single AND phase IN ('draft', 'open', 'returned');
ALTER TABLE cases DROP CONSTRAINT cases_appeal_third_person, DROP CONSTRAINT cases_appealed,
    DROP CONSTRAINT cases_grant,
    ADD CONSTRAINT cases_grant CHECK (amount_granted_cents IS NULL OR (phase = 'decided' AND
        recommendation = 'grant' AND amount_granted_cents <= amount_recommended_cents)),
    DROP COLUMN appeal_decided_by, DROP COLUMN appealed_at;
"""
TABLES = """
CREATE TABLE case_messages (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    author text NOT NULL CHECK (author IN ('member', 'staff')),
    account_id uuid,
    actor_name text NOT NULL DEFAULT '',
    body_cipher bytea NOT NULL,
    file_id uuid,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id),
    CONSTRAINT case_messages_no_name_of_members CHECK (author = 'staff' OR actor_name = '')
);
CREATE INDEX case_messages_case_idx ON case_messages (zone_id, case_id, id);
CREATE INDEX case_messages_file_idx ON case_messages (zone_id, file_id) WHERE file_id IS NOT NULL;
CREATE INDEX case_messages_unread_idx ON case_messages (zone_id, case_id) WHERE author = 'member' AND read_at IS NULL;

CREATE TABLE case_answers (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    title text NOT NULL CHECK (title <> ''),
    body text NOT NULL CHECK (body <> ''),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, module, title)
);

CREATE TABLE case_ratings (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words_cipher bytea,
    rated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
"""
# A message's file is seen by whom sees the message; who sends one sees it before it belongs to a message.
FILES_OF_MESSAGES_SEEN = """
CREATE POLICY hall_staff_messages ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'casework.message' OR uploaded_by = nullif(current_setting('hall.account', true), '')::uuid OR EXISTS (
        SELECT 1 FROM case_messages m WHERE m.zone_id = files.zone_id AND m.file_id = files.id));
"""
MINE = f"{ZONE} AND {OWN}"
# What a member finds, and what they may make of it: a decision they leave as it is, but for appealing it, once.
MEMBERS_FIND = f"{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn', 'decided')"
MEMBERS_MAKE = f"""{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn')
    AND (decided_by IS NULL OR (phase = 'open' AND appealed_at IS NOT NULL AND appeal_decided_by IS NULL))"""
FORMERLY = f"{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn')"


def of_a_case(table: str, more: str = "") -> str:
    """The condition that the reader's plane sees the case a row belongs to, and `more` of the case `c`."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case}{more})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(APPEALS)
    op.execute(f"ALTER POLICY hall_member_update ON cases USING ({MEMBERS_FIND}) WITH CHECK ({MEMBERS_MAKE})")
    op.execute(TABLES)
    of_case = of_a_case("case_messages")
    protect("case_messages",
            member=Rule(read=MINE, insert=f"{MINE} AND author = 'member'", update=f"{MINE} AND author = 'staff'",
                        update_columns="read_at"),
            staff=Rule(read=of_case, insert=f"{of_case} AND author = 'staff'", update=f"{of_case} AND author = 'member'",
                       update_columns="read_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    op.execute(FILES_OF_MESSAGES_SEEN)
    protect("case_answers",
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, delete=ZONE, update_columns="title, body, version"),
            worker=Rule(all=ZONE))  # fmt: skip
    is_over = of_a_case("case_ratings", " AND c.phase IN ('decided', 'withdrawn', 'ended')")
    protect("case_ratings",
            member=Rule(read=MINE, insert=f"{MINE} AND {is_over}",
                        update=f"{MINE} AND rated_at > now() - interval '7 days'", update_columns="stars, words_cipher"),
            staff=Rule(read=of_a_case("case_ratings")), worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_messages ON files")
    op.execute("DROP TABLE case_ratings, case_answers, case_messages")
    op.execute(f"ALTER POLICY hall_member_update ON cases USING ({FORMERLY}) WITH CHECK ({FORMERLY})")
    op.execute(NO_APPEALS)
