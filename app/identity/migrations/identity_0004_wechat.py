"""Whose WeChat an account is connected with.

Revision ID: identity_0004
"""

from alembic import op

from tenants.policies import Rule, protect

revision = "identity_0004"
down_revision = "identity_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE identity_wechat_links (
            account_id uuid PRIMARY KEY REFERENCES accounts (id),
            openid_cipher bytea NOT NULL,
            openid_index bytea NOT NULL,
            connected_at timestamptz NOT NULL,
            CONSTRAINT identity_wechat_links_openid UNIQUE (openid_index)
        )
    """)
    protect("identity_wechat_links", identity=Rule(all="true"), worker=Rule(read="true"))


def downgrade() -> None:
    op.execute("DROP TABLE identity_wechat_links")
