"""Work on cases: tasks, calls and visits, pauses, who is given which union's cases.

Revision ID: casework_0005
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0005"
down_revision = "casework_0004"
branch_labels = None
depends_on = "identity_0001"

TABLES = """
CREATE TABLE case_tasks (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    title_cipher bytea NOT NULL,
    assignee_id uuid NOT NULL,
    assignee_name text NOT NULL,
    due_on date NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    done_by uuid,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_tasks_done CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE INDEX case_tasks_case_idx ON case_tasks (zone_id, case_id, due_on);
CREATE INDEX case_tasks_open_idx ON case_tasks (zone_id, assignee_id, due_on, id) WHERE done_at IS NULL;

CREATE TABLE case_contacts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    way text NOT NULL CHECK (way IN ('call_in', 'call_out', 'visit')),
    at timestamptz NOT NULL,
    told_cipher bytea NOT NULL,
    account_id uuid NOT NULL,
    actor_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX case_contacts_case_idx ON case_contacts (zone_id, case_id, at);

CREATE TABLE case_photos (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    file_id uuid NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, contact_id) REFERENCES case_contacts (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX case_photos_contact_idx ON case_photos (zone_id, contact_id);
CREATE INDEX case_photos_case_idx ON case_photos (zone_id, case_id);
CREATE INDEX case_photos_file_idx ON case_photos (zone_id, file_id);

CREATE TABLE case_pauses (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT now(),
    resume_on date NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX case_pauses_case_idx ON case_pauses (zone_id, case_id, id);
CREATE INDEX case_clocks_held_idx ON case_clocks (zone_id, case_id) WHERE stopped_at IS NULL AND paused_at IS NOT NULL;

CREATE TABLE case_duties (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    union_id uuid NOT NULL REFERENCES unions (id),
    account_id uuid NOT NULL,
    account_name text NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, module, union_id)
);

CREATE INDEX cases_load_idx ON cases (zone_id, handler_id) WHERE phase IN ('open', 'returned');
CREATE INDEX files_same_idx ON files (zone_id, sha256);
"""
# To give somebody a case, background work asks who has a role, what they are called, and whether they may still sign in.
STAFF_FOR_WORKERS = """
GRANT SELECT (id, member_id, display_name, status) ON accounts TO hall_worker;
CREATE POLICY hall_worker_staff ON accounts FOR SELECT TO hall_worker
    USING (EXISTS (SELECT 1 FROM role_grants g WHERE g.account_id = accounts.id));
"""
# A photo is seen by whom sees its visit; who sends one sees it before it belongs to a visit.
PHOTOS_OF_VISITS_SEEN = """
CREATE POLICY hall_staff_photos ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'casework.photo' OR uploaded_by = nullif(current_setting('hall.account', true), '')::uuid OR EXISTS (
        SELECT 1 FROM case_photos p WHERE p.zone_id = files.zone_id AND p.file_id = files.id));
"""
MINE = f"{ZONE} AND {OWN}"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    of_case = of_a_case("case_tasks")
    protect("case_tasks", staff=Rule(read=of_case, insert=of_case, update=of_case, update_columns="done_at, done_by"),
            worker=Rule(all=ZONE))  # fmt: skip
    for table in ("case_contacts", "case_photos"):
        protect(table, staff=Rule(read=of_a_case(table), insert=of_a_case(table)), worker=Rule(all=ZONE))
    of_case = of_a_case("case_pauses")
    protect("case_pauses", member=Rule(read=MINE), staff=Rule(read=of_case, insert=of_case), worker=Rule(all=ZONE))
    protect("case_duties", staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE))
    protect("role_grants", worker=Rule(read="true"))
    op.execute(STAFF_FOR_WORKERS)
    op.execute(PHOTOS_OF_VISITS_SEEN)


def downgrade() -> None:
    op.execute("""
        DROP POLICY hall_staff_photos ON files;
        DROP POLICY hall_worker_staff ON accounts;
        REVOKE SELECT (id, display_name, status) ON accounts FROM hall_worker;
        DROP POLICY hall_worker_select ON role_grants;
        REVOKE SELECT ON role_grants FROM hall_worker;
        DROP INDEX files_same_idx, cases_load_idx, case_clocks_held_idx;
        DROP TABLE case_duties, case_pauses, case_photos, case_contacts, case_tasks
    """)
