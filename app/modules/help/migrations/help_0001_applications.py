"""Applications for help, their papers and history.

Revision ID: help_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "help_0001"
down_revision = None
branch_labels = ("help",)
depends_on = "0001_foundation"

TABLES = """
CREATE TABLE help_applications (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    kind text NOT NULL CHECK (kind <> ''),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'in_review', 'returned', 'recommended',
                                         'approved', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    number text COLLATE "C",
    typed_cipher bytea,
    applicant_cipher bytea,
    description_cipher bytea,
    household_size integer CHECK (household_size > 0),
    monthly_income_cents bigint CHECK (monthly_income_cents >= 0),
    amount_requested_cents bigint CHECK (amount_requested_cents > 0),
    consent_version text,
    consented_at timestamptz,
    submitted_by uuid,
    submitted_at timestamptz,
    promised_by date,
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
    CONSTRAINT help_applications_complete CHECK (state = 'draft' OR num_nulls(
        number, applicant_cipher, description_cipher, household_size, monthly_income_cents, amount_requested_cents,
        consent_version, consented_at, submitted_by, submitted_at) = 0),
    CONSTRAINT help_applications_clock CHECK ((promised_by IS NOT NULL) = (state IN ('submitted', 'in_review', 'recommended'))),
    CONSTRAINT help_applications_closed CHECK ((closed_at IS NOT NULL) = (state IN ('approved', 'refused', 'withdrawn'))),
    CONSTRAINT help_applications_two_people CHECK (state NOT IN ('approved', 'refused') OR
        (recommended_by IS NOT NULL AND decided_by IS NOT NULL AND recommended_by <> decided_by)),
    CONSTRAINT help_applications_not_one_s_own CHECK (submitted_by IS NULL OR
        (submitted_by IS DISTINCT FROM recommended_by AND submitted_by IS DISTINCT FROM decided_by)),
    CONSTRAINT help_applications_grant CHECK ((amount_granted_cents IS NOT NULL) = (state = 'approved')),
    CONSTRAINT help_applications_grant_as_recommended CHECK (amount_granted_cents IS NULL OR
        (recommendation = 'grant' AND amount_granted_cents <= amount_recommended_cents))
);
CREATE UNIQUE INDEX help_applications_one_open ON help_applications (zone_id, member_id, kind)
    WHERE state IN ('draft', 'submitted', 'in_review', 'returned', 'recommended');
CREATE INDEX help_applications_member_idx ON help_applications (zone_id, member_id, id DESC);
CREATE INDEX help_applications_clock_idx ON help_applications (zone_id, promised_by, id) WHERE promised_by IS NOT NULL;
CREATE INDEX help_applications_list_idx ON help_applications (zone_id, submitted_at DESC, id DESC) WHERE state <> 'draft';

CREATE TABLE help_documents (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    member_id uuid NOT NULL,
    file_id uuid NOT NULL,
    paper text NOT NULL CHECK (paper <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, application_id) REFERENCES help_applications (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX help_documents_application_idx ON help_documents (zone_id, application_id);
CREATE INDEX help_documents_file_idx ON help_documents (zone_id, file_id);

CREATE TABLE help_events (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
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
    FOREIGN KEY (zone_id, application_id) REFERENCES help_applications (zone_id, id)
);
CREATE INDEX help_events_application_idx ON help_events (zone_id, application_id, id);

CREATE TABLE help_counters (
    zone_id uuid NOT NULL REFERENCES zones (id),
    year integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (zone_id, year)
);
"""
MINE = f"{ZONE} AND {OWN}"
# A member's own hand moves an application no further than this: decisions are out of reach of the member plane.
MEMBERS_MOVES = f"{MINE} AND state IN ('draft', 'submitted', 'in_review', 'returned', 'recommended', 'withdrawn')"
MEMBERS_COLUMNS = """state, version, updated_at, typed_cipher, applicant_cipher, description_cipher, household_size,
    monthly_income_cents, amount_requested_cents, consent_version, consented_at, submitted_by, submitted_at, number,
    promised_by, closed_at"""
STAFF_COLUMNS = """state, version, updated_at, typed_cipher, handler_id, handler_name, recommendation,
    amount_recommended_cents, recommended_by, amount_granted_cents, decided_by, promised_by, closed_at"""
NO_DRAFT = """EXISTS (SELECT 1 FROM help_applications a
                      WHERE a.zone_id = help_documents.zone_id AND a.id = application_id AND a.state <> 'draft')"""


def upgrade() -> None:
    op.execute(TABLES)
    protect("help_applications",
            member=Rule(read=MINE, insert=f"{MINE} AND state = 'draft'", update=MEMBERS_MOVES,
                        delete=f"{MINE} AND state = 'draft'", update_columns=MEMBERS_COLUMNS),
            staff=Rule(read=f"{ZONE} AND state <> 'draft'", update=f"{ZONE} AND state <> 'draft'",
                       update_columns=STAFF_COLUMNS),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("help_documents", member=Rule(read=MINE, insert=MINE, delete=MINE),
            staff=Rule(read=f"{ZONE} AND {NO_DRAFT}"), worker=Rule(all=ZONE))  # fmt: skip
    told = f"{MINE} AND visibility = 'member'"
    protect("help_events", member=Rule(read=told, insert=told), staff=Rule(read=ZONE, insert=ZONE),
            worker=Rule(all=ZONE))  # fmt: skip
    protect(
        "help_counters", member=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="last"), worker=Rule(all=ZONE)
    )


def downgrade() -> None:
    op.execute("DROP TABLE help_counters, help_events, help_documents, help_applications")
