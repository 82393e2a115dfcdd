"""The panel of lawyers, whom they act for, and the cases they are offered and given.

Revision ID: legal_aid_0002
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "legal_aid_0002"
down_revision = "legal_aid_0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE legal_aid_lawyers (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    licence text NOT NULL CHECK (licence ~ '^1[0-9]{16}$'),
    firm text NOT NULL CHECK (firm <> ''),
    mobile_cipher bytea,
    fields text[] NOT NULL,
    active_from date NOT NULL,
    active_to date,
    account_id uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, licence),
    CONSTRAINT legal_aid_lawyers_days CHECK (active_to >= active_from),
    CONSTRAINT legal_aid_lawyers_ended CHECK (mobile_cipher IS NOT NULL OR (active_to IS NOT NULL AND account_id IS NULL))
);
CREATE UNIQUE INDEX legal_aid_lawyers_account_idx ON legal_aid_lawyers (zone_id, account_id) WHERE account_id IS NOT NULL;

CREATE TABLE legal_aid_clients (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    lawyer_id uuid NOT NULL,
    name_cipher bytea NOT NULL,
    name_index bytea NOT NULL,
    uscc_cipher bytea,
    uscc_index bytea,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, lawyer_id, name_index),
    FOREIGN KEY (zone_id, lawyer_id) REFERENCES legal_aid_lawyers (zone_id, id),
    CONSTRAINT legal_aid_clients_uscc CHECK ((uscc_cipher IS NULL) = (uscc_index IS NULL))
);
CREATE INDEX legal_aid_clients_name_idx ON legal_aid_clients (zone_id, name_index);
CREATE INDEX legal_aid_clients_uscc_idx ON legal_aid_clients (zone_id, uscc_index) WHERE uscc_index IS NOT NULL;

CREATE TABLE legal_aid_assignments (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    lawyer_id uuid NOT NULL,
    lawyer_name text NOT NULL,
    lawyer_licence text NOT NULL,
    lawyer_firm text NOT NULL,
    state text NOT NULL CHECK (state IN ('accepted', 'offered', 'declined', 'conflicted', 'lapsed', 'withdrawn', 'replaced',
        'objected', 'ended')),
    offered_by uuid,
    offered_at timestamptz NOT NULL DEFAULT now(),
    lapses_at timestamptz NOT NULL,
    accepted_at timestamptz,
    ended_at timestamptz,
    reason_cipher bytea,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, lawyer_id) REFERENCES legal_aid_lawyers (zone_id, id),
    CONSTRAINT legal_aid_assignments_ended CHECK ((ended_at IS NULL) = (state IN ('offered', 'accepted'))),
    CONSTRAINT legal_aid_assignments_accepted CHECK (accepted_at IS NOT NULL OR state NOT IN ('accepted', 'replaced',
        'objected', 'ended'))
);
CREATE UNIQUE INDEX legal_aid_assignments_live_idx ON legal_aid_assignments (zone_id, case_id)
    WHERE state IN ('offered', 'accepted');
CREATE UNIQUE INDEX legal_aid_assignments_objected_idx ON legal_aid_assignments (zone_id, case_id) WHERE state = 'objected';
CREATE INDEX legal_aid_assignments_case_idx ON legal_aid_assignments (zone_id, case_id, offered_at);
CREATE INDEX legal_aid_assignments_lawyer_idx ON legal_aid_assignments (zone_id, lawyer_id, state);
CREATE INDEX legal_aid_assignments_lapse_idx ON legal_aid_assignments (zone_id, lapses_at) WHERE state = 'offered';
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = legal_aid_assignments.zone_id AND c.id = legal_aid_assignments.case_id)"""  # noqa: S608 - constants
# A member reads who has their case, never whom it was offered to.
NAMED = f"{ZONE} AND {OWN} AND accepted_at IS NOT NULL"


def upgrade() -> None:
    op.execute(TABLES)
    protect(
        "legal_aid_lawyers",
        staff=Rule(
            read=ZONE, insert=ZONE, update=ZONE,
            update_columns="name, licence, firm, mobile_cipher, fields, active_from, active_to, account_id, version",
        ),
        worker=Rule(all=ZONE),
    )  # fmt: skip
    protect("legal_aid_clients", staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE))
    protect(
        "legal_aid_assignments",
        member=Rule(
            read=NAMED, update=f"{NAMED} AND state IN ('accepted', 'objected')", update_columns="state, ended_at, reason_cipher"
        ),
        staff=Rule(
            read=OF_A_CASE, insert=OF_A_CASE, update=OF_A_CASE,
            update_columns="state, accepted_at, ended_at, reason_cipher",
        ),
        worker=Rule(all=ZONE),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE legal_aid_assignments, legal_aid_clients, legal_aid_lawyers")
