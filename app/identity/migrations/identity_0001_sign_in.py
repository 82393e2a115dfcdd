"""Sign-in codes, hand-offs between hosts, limits, second factors; how a session proved who it is.

Revision ID: identity_0001
"""

from alembic import op

from tenants.context import Plane
from tenants.policies import Rule, protect

revision = "identity_0001"
down_revision = None
branch_labels = ("identity",)
depends_on = "0001_foundation"

TABLES = """
CREATE TABLE identity_codes (
    phone_index bytea PRIMARY KEY,
    code_hash bytea NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_codes_expires_idx ON identity_codes (expires_at);

CREATE TABLE identity_hand_offs (
    code_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id),
    host text NOT NULL,
    nonce_hash bytea NOT NULL,
    next_path text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_hand_offs_expires_idx ON identity_hand_offs (expires_at);

CREATE TABLE identity_limits (
    bucket bytea PRIMARY KEY,
    used integer NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX identity_limits_ends_idx ON identity_limits (ends_at);

CREATE TABLE identity_enrolments (
    account_id uuid PRIMARY KEY REFERENCES accounts (id),
    secret_cipher bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity_recovery_codes (
    account_id uuid NOT NULL REFERENCES accounts (id),
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, code_hash)
);

ALTER TABLE sessions ADD COLUMN proof text NOT NULL DEFAULT ''
    CONSTRAINT sessions_proof_check CHECK (proof IN ('', 'code', 'password', 'hand_off'));
"""
NAMES = ("identity_codes", "identity_hand_offs", "identity_limits", "identity_enrolments", "identity_recovery_codes")


def upgrade() -> None:
    op.execute(TABLES)
    for name in NAMES:
        protect(name, identity=Rule(all="true"))
    # Telling apart several members who gave the same phone takes the blind index of the ID number, never the number.
    op.execute(f"GRANT SELECT (id_index) ON members TO {Plane.IDENTITY}")


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(reversed(NAMES))}")
    op.execute(f"REVOKE SELECT (id_index) ON members FROM {Plane.IDENTITY}")  # noqa: S608 - a role of ours
    op.execute("ALTER TABLE sessions DROP COLUMN proof")
