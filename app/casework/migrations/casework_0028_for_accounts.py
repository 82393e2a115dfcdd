"""Cases that their members had erased and the accounts keep.

Revision ID: casework_0028
"""

from alembic import op

revision = "casework_0028"
down_revision = "casework_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cases ADD COLUMN accounts_only_since timestamptz,
            ADD CONSTRAINT cases_accounts_only CHECK (accounts_only_since IS NULL OR
                (closed_at IS NOT NULL AND amount_granted_cents IS NOT NULL AND typed_cipher IS NULL))
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN accounts_only_since")
