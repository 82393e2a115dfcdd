"""Hearings, and the private addresses at which calendars follow them.

Revision ID: legal_aid_0003
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "legal_aid_0003"
down_revision = "legal_aid_0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE legal_aid_hearings (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    stage text NOT NULL CHECK (stage IN ('mediation', 'arbitration', 'first_instance', 'second_instance')),
    starts_at timestamptz NOT NULL,
    minutes integer NOT NULL CHECK (minutes > 0),
    told_cipher bytea NOT NULL,
    outcome_cipher bytea,
    version integer NOT NULL DEFAULT 1,
    set_by uuid,
    cancelled_at timestamptz,
    reminded_three_at timestamptz,
    reminded_one_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX legal_aid_hearings_case_idx ON legal_aid_hearings (zone_id, case_id, starts_at);
CREATE INDEX legal_aid_hearings_time_idx ON legal_aid_hearings (zone_id, starts_at) WHERE cancelled_at IS NULL;

CREATE TABLE legal_aid_feeds (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, account_id),
    UNIQUE (zone_id, token_hash)
);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = legal_aid_hearings.zone_id AND c.id = legal_aid_hearings.case_id)"""  # noqa: S608 - constants
THEIRS = f"{ZONE} AND account_id = nullif(current_setting('hall.account', true), '')::uuid"


def upgrade() -> None:
    op.execute(TABLES)
    protect(
        "legal_aid_hearings",
        member=Rule(read=f"{ZONE} AND {OWN}"),
        staff=Rule(
            read=OF_A_CASE, insert=OF_A_CASE, update=OF_A_CASE,
            update_columns="stage, starts_at, minutes, told_cipher, outcome_cipher, version, cancelled_at, reminded_three_at, "
            "reminded_one_at",
        ),
        worker=Rule(all=ZONE),
    )  # fmt: skip
    # An address is looked up before anybody is known: on the identity plane, where accounts are.
    protect(
        "legal_aid_feeds",
        staff=Rule(read=THEIRS, insert=THEIRS, delete=THEIRS),
        identity=Rule(read=ZONE),
        worker=Rule(all=ZONE),
    )


def downgrade() -> None:
    op.execute("DROP TABLE legal_aid_feeds, legal_aid_hearings")
