"""A public notice that has ended is shown no longer than everybody on it agreed.

Revision ID: casework_0026
"""

from alembic import op

revision = "casework_0026"
down_revision = "casework_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE case_public_notices ADD COLUMN shown_days integer NOT NULL DEFAULT 0 CHECK (shown_days >= 0),
            ADD CONSTRAINT case_public_notices_shown_as_agreed CHECK (shown_until <= ends_on + shown_days)
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE case_public_notices DROP COLUMN shown_days")
