"""Lists of zones that were sent and wait for a decision; the audit trail of one action.

Revision ID: console_0001
"""

from alembic import op

from tenants.policies import Rule, protect

revision = "console_0001"
down_revision = None
branch_labels = ("console",)
depends_on = "0001_foundation"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE console_zone_lists (
            id uuid PRIMARY KEY,
            filename text NOT NULL,
            upload bytea,
            state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'started')),
            results jsonb NOT NULL DEFAULT '[]',
            created_by uuid,
            created_by_name text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now(),
            started_at timestamptz
        );
        CREATE INDEX audit_entries_action_idx ON audit_entries (action, id DESC);
    """)
    protect("console_zone_lists", city=Rule(all="true"))


def downgrade() -> None:
    op.execute("DROP INDEX audit_entries_action_idx; DROP TABLE console_zone_lists;")
