"""Sign-in codes, known browsers, hand-offs between hosts, limits, second factors; what accounts and grants add to it.

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
-- A code belongs to the browser that asked for it (the key is a keyed hash of phone and browser): nobody else's guesses
-- or requests touch it.
CREATE TABLE identity_codes (
    code_key bytea PRIMARY KEY,
    code_hash bytea NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_codes_expires_idx ON identity_codes (expires_at);

-- Browsers in which somebody has signed in by a phone: what strangers try with that phone does not count against them.
CREATE TABLE identity_known_browsers (
    browser_key bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_known_browsers_expires_idx ON identity_known_browsers (expires_at);

CREATE TABLE identity_hand_offs (
    code_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
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
ALTER TABLE sessions DROP CONSTRAINT sessions_parent_id_fkey,
    ADD CONSTRAINT sessions_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES sessions (id) ON DELETE CASCADE;
CREATE INDEX sessions_over_idx ON sessions (least(expires_at, coalesce(revoked_at, expires_at)));
CREATE INDEX identity_enrolments_created_idx ON identity_enrolments (created_at);

ALTER TABLE accounts ADD COLUMN phone_proved_at timestamptz;
ALTER TABLE role_grants ADD COLUMN name text NOT NULL DEFAULT '';
"""
NAMES = (
    "identity_codes",
    "identity_known_browsers",
    "identity_hand_offs",
    "identity_limits",
    "identity_enrolments",
    "identity_recovery_codes",
)

OVER = {
    "identity_codes": "expires_at < now()",
    "identity_known_browsers": "expires_at < now()",
    "identity_hand_offs": "expires_at < now()",
    "identity_limits": "ends_at < now()",
    "identity_enrolments": "created_at < now() - interval '1 day'",
    "sessions": "least(expires_at, coalesce(revoked_at, expires_at)) < now() - interval '30 days'",
}
"""What workers may see and sweep: only rows whose time is over, so that nothing else is swept by mistake."""


def upgrade() -> None:
    op.execute(TABLES)
    for name in NAMES:
        protect(name, identity=Rule(all="true"))
    for name, condition in OVER.items():
        protect(name, worker=Rule(read=condition, delete=condition))
    # Telling apart several members who gave the same phone takes the blind index of the ID number, never the number.
    op.execute(f"GRANT SELECT (id_index) ON members TO {Plane.IDENTITY}")


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(reversed(NAMES))}")
    op.execute(f"REVOKE SELECT (id_index) ON members FROM {Plane.IDENTITY}")  # noqa: S608 - a role of ours
    for right in ("select", "delete"):
        op.execute(f"DROP POLICY {Plane.WORKER}_{right} ON sessions")
    op.execute(f"""
        REVOKE SELECT, DELETE ON sessions FROM {Plane.WORKER};
        DROP INDEX sessions_over_idx;
        ALTER TABLE sessions DROP COLUMN proof, DROP CONSTRAINT sessions_parent_id_fkey,
            ADD CONSTRAINT sessions_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES sessions (id);
        ALTER TABLE accounts DROP COLUMN phone_proved_at;
        ALTER TABLE role_grants DROP COLUMN name;
    """)
