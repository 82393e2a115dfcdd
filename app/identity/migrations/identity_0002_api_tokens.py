"""Tokens for programs.

Revision ID: identity_0002
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE identity_api_tokens (
            zone_id uuid NOT NULL REFERENCES zones (id),
            id uuid NOT NULL,
            token_hash bytea NOT NULL,
            account_id uuid NOT NULL REFERENCES accounts (id),
            name text NOT NULL CHECK (name <> ''),
            scopes text[] NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            last_used_at timestamptz,
            revoked_at timestamptz,
            PRIMARY KEY (zone_id, id),
            UNIQUE (zone_id, token_hash)
        )
    """)
    protect("identity_api_tokens", identity=Rule(all=ZONE))


def downgrade() -> None:
    op.execute("DROP TABLE identity_api_tokens")
