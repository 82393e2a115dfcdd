"""Finding unions by name and by parent; lists of unions that were sent and wait for a decision.

Revision ID: unions_0001
"""

from alembic import op

from tenants.policies import Rule, protect

revision = "unions_0001"
down_revision = None
branch_labels = ("unions",)
depends_on = "0001_foundation"


def upgrade() -> None:
    op.execute("""
        CREATE INDEX unions_name_idx ON unions (name COLLATE "C", id);
        CREATE INDEX unions_short_name_idx ON unions (short_name COLLATE "C", id) WHERE short_name <> '';
        CREATE INDEX unions_parent_idx ON unions (parent_id, path);

        CREATE TABLE unions_imports (
            id uuid PRIMARY KEY,
            filename text NOT NULL,
            upload bytea,
            state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'done')),
            counts jsonb NOT NULL DEFAULT '{}',
            created_by uuid,
            created_by_name text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now(),
            done_at timestamptz
        );
    """)
    protect("unions_imports", city=Rule(all="true"))


def downgrade() -> None:
    op.execute("DROP TABLE unions_imports")
    op.execute("DROP INDEX unions_name_idx, unions_short_name_idx, unions_parent_idx")
