"""How the members of an issue of beans were chosen, for who checks it.

Revision ID: benefits_0004
"""

from alembic import op

revision = "benefits_0004"
down_revision = "benefits_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE bean_issues
            ADD COLUMN audience jsonb,
            ADD COLUMN amount_each bigint CHECK (amount_each > 0),
            ADD COLUMN sheet_name text NOT NULL DEFAULT '',
            ADD COLUMN refused integer NOT NULL DEFAULT 0 CHECK (refused >= 0),
            ADD COLUMN problems jsonb NOT NULL DEFAULT '[]',
            ADD CONSTRAINT bean_issues_chosen CHECK ((audience IS NULL) = (amount_each IS NULL))
    """)
    op.execute("GRANT UPDATE (audience, amount_each, sheet_name, refused, problems) ON bean_issues TO hall_staff")


def downgrade() -> None:
    op.execute("""
        ALTER TABLE bean_issues DROP COLUMN audience, DROP COLUMN amount_each, DROP COLUMN sheet_name,
            DROP COLUMN refused, DROP COLUMN problems
    """)
