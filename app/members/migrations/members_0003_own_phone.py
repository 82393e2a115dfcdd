"""When a member changed their mobile number themselves, so that an older roster makes nobody a second time.

Revision ID: members_0003
"""

from alembic import op

from tenants.context import Plane

revision = "members_0003"
down_revision = "members_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE members ADD COLUMN phone_changed_at timestamptz")
    op.execute("CREATE INDEX members_phone_changed_idx ON members (name) WHERE phone_changed_at IS NOT NULL")
    op.execute(f"GRANT UPDATE (phone_changed_at) ON members TO {Plane.IDENTITY}")


def downgrade() -> None:
    op.execute("ALTER TABLE members DROP COLUMN phone_changed_at")
