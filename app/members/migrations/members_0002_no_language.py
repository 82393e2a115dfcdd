"""The language of a person is their account's; members had a column that nothing wrote.

Revision ID: members_0002
"""

from alembic import op

from tenants.context import Plane

revision = "members_0002"
down_revision = "members_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE members DROP COLUMN locale")


def downgrade() -> None:
    op.execute("ALTER TABLE members ADD COLUMN locale text NOT NULL DEFAULT 'zh_CN'")
    op.execute(f"GRANT SELECT (locale) ON members TO {Plane.IDENTITY}")
