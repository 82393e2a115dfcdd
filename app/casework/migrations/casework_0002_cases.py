"""Cases, their papers, clocks and history.

Revision ID: casework_0002
"""

from alembic import op

from tenants.policies import OWN, UNTIED_TO_ONE, ZONE, Rule, protect

revision = "casework_0002"
down_revision = "casework_0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE cases (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    module text NOT NULL CHECK (module <> ''),
    kind text NOT NULL CHECK (starts_with(kind, module || '.')),
    is_single boolean NOT NULL,
    needs_two_people boolean NOT NULL,
    form_version text NOT NULL CHECK (form_version <> ''),
    state text NOT NULL CHECK (state <> ''),
    phase text NOT NULL CHECK (phase IN ('draft', 'open', 'returned', 'decided', 'withdrawn', 'ended')),
    version integer NOT NULL DEFAULT 1,
    number text COLLATE "C",
    typed_cipher bytea,
    answers_cipher bytea,
    applicant_cipher bytea,
    union_path text COLLATE "C",
    blind_path text COLLATE "C" CHECK (blind_path <> ''),
    blind_end text COLLATE "C" GENERATED ALWAYS AS (left(blind_path, -1) || '/') STORED,
    amount_requested_cents bigint CHECK (amount_requested_cents > 0),
    consent_version text,
    consented_at timestamptz,
    submitted_by uuid,
    submitted_at timestamptz,
    due_at timestamptz,
    paused_at timestamptz,
    handler_id uuid,
    handler_name text NOT NULL DEFAULT '',
    recommendation text CHECK (recommendation IN ('grant', 'refuse')),
    amount_recommended_cents bigint CHECK (amount_recommended_cents > 0),
    recommended_by uuid,
    amount_granted_cents bigint CHECK (amount_granted_cents > 0),
    decided_by uuid,
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, number),
    CONSTRAINT cases_complete CHECK (phase = 'draft' OR num_nulls(
        number, answers_cipher, applicant_cipher, union_path, consent_version, consented_at,
        submitted_by, submitted_at) = 0),
    CONSTRAINT cases_clock CHECK (
        CASE WHEN phase = 'open' THEN num_nonnulls(due_at, paused_at) = 1 ELSE num_nonnulls(due_at, paused_at) = 0 END),
    CONSTRAINT cases_closed CHECK ((closed_at IS NOT NULL) = (phase IN ('decided', 'withdrawn', 'ended'))),
    CONSTRAINT cases_two_people CHECK (phase <> 'decided' OR (decided_by IS NOT NULL AND
        (NOT needs_two_people OR (recommended_by IS NOT NULL AND recommended_by <> decided_by)))),
    CONSTRAINT cases_not_one_s_own CHECK (submitted_by IS NULL OR
        (submitted_by IS DISTINCT FROM recommended_by AND submitted_by IS DISTINCT FROM decided_by)),
    CONSTRAINT cases_grant CHECK (amount_granted_cents IS NULL OR (phase = 'decided' AND
        recommendation = 'grant' AND amount_granted_cents <= amount_recommended_cents))
);
CREATE UNIQUE INDEX cases_one_draft ON cases (zone_id, member_id, kind) WHERE phase = 'draft';
CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
    WHERE is_single AND phase IN ('draft', 'open', 'returned');
CREATE INDEX cases_member_idx ON cases (zone_id, member_id, id DESC);
CREATE INDEX cases_clock_idx ON cases (zone_id, module, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX cases_list_idx ON cases (zone_id, module, submitted_at DESC, id DESC) WHERE phase <> 'draft';

CREATE TABLE case_names (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    name_index bytea NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, name_index, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);

CREATE TABLE case_documents (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    file_id uuid NOT NULL,
    paper text NOT NULL CHECK (paper <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX case_documents_case_idx ON case_documents (zone_id, case_id);
CREATE INDEX case_documents_file_idx ON case_documents (zone_id, file_id);

CREATE TABLE case_clocks (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    clock text NOT NULL CHECK (clock <> ''),
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    remind_at timestamptz,
    escalate_at timestamptz,
    paused_at timestamptz,
    time_left integer CHECK (time_left >= 0),
    stopped_at timestamptz,
    reminded_at timestamptz,
    found_late_at timestamptz,
    escalated_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_clocks_pause CHECK ((paused_at IS NULL) = (time_left IS NULL))
);
CREATE INDEX case_clocks_due_idx ON case_clocks (zone_id, due_at) WHERE stopped_at IS NULL AND paused_at IS NULL;
CREATE UNIQUE INDEX case_clocks_running ON case_clocks (zone_id, case_id, clock) WHERE stopped_at IS NULL;

CREATE TABLE case_events (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    action text NOT NULL CHECK (action <> ''),
    from_state text NOT NULL,
    to_state text NOT NULL,
    account_id uuid,
    actor_name text NOT NULL DEFAULT '',
    visibility text NOT NULL CHECK (visibility IN ('member', 'inner')),
    note_cipher bytea,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX case_events_case_idx ON case_events (zone_id, case_id, id);

CREATE TABLE case_counters (
    zone_id uuid NOT NULL REFERENCES zones (id),
    prefix text NOT NULL CHECK (prefix <> ''),
    year integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (zone_id, prefix, year)
);
"""
MINE = f"{ZONE} AND {OWN}"
# A member's own hand moves a case no further than this: decisions are out of reach of the member plane.
MEMBERS_MOVES = f"{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn')"
MEMBERS_COLUMNS = """state, phase, version, updated_at, form_version, typed_cipher, answers_cipher, applicant_cipher,
    union_path, blind_path, amount_requested_cents, consent_version, consented_at, submitted_by, submitted_at,
    number, due_at, paused_at, closed_at"""
STAFF_COLUMNS = """state, phase, version, updated_at, typed_cipher, handler_id, handler_name, recommendation,
    amount_recommended_cents, recommended_by, amount_granted_cents, decided_by, due_at, paused_at, closed_at"""
SEEN_BY_STAFF = f"{ZONE} AND phase <> 'draft' AND {UNTIED_TO_ONE}"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    protect("cases",
            member=Rule(read=MINE, insert=f"{MINE} AND phase = 'draft'", update=MEMBERS_MOVES,
                        delete=f"{MINE} AND phase = 'draft'", update_columns=MEMBERS_COLUMNS),
            staff=Rule(read=SEEN_BY_STAFF, update=SEEN_BY_STAFF, update_columns=STAFF_COLUMNS),
            worker=Rule(all=ZONE), owner=Rule(read="true"))  # fmt: skip
    protect("case_names", member=Rule(read=MINE, insert=MINE), staff=Rule(read=of_a_case("case_names")),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("case_documents", member=Rule(read=MINE, insert=MINE, delete=MINE),
            staff=Rule(read=of_a_case("case_documents")), worker=Rule(all=ZONE))  # fmt: skip
    of_case = of_a_case("case_clocks")
    moved = "due_at, remind_at, escalate_at, paused_at, time_left, stopped_at"
    protect("case_clocks", member=Rule(read=MINE, insert=MINE, update=MINE, update_columns=moved),
            staff=Rule(read=of_case, insert=of_case, update=of_case, update_columns=moved),
            worker=Rule(all=ZONE))  # fmt: skip
    told = f"{MINE} AND visibility = 'member'"
    of_case = of_a_case("case_events")
    protect("case_events", member=Rule(read=told, insert=told), staff=Rule(read=of_case, insert=of_case),
            worker=Rule(all=ZONE))  # fmt: skip
    protect(
        "case_counters", member=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="last"), worker=Rule(all=ZONE)
    )


def downgrade() -> None:
    op.execute("DROP TABLE case_names, case_counters, case_events, case_clocks, case_documents, cases")
