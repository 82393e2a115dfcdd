"""The number of who left the panel is kept apart while they may claim fees, to tell them what becomes of these.

Revision ID: legal_aid_0008
"""

from alembic import op

from tenants.context import Plane

revision = "legal_aid_0008"
down_revision = "legal_aid_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"""
        ALTER TABLE legal_aid_lawyers ADD COLUMN former_mobile_cipher bytea;
        ALTER TABLE legal_aid_lawyers ADD CONSTRAINT legal_aid_lawyers_former
            CHECK (former_mobile_cipher IS NULL OR mobile_cipher IS NULL);
        GRANT UPDATE (former_mobile_cipher) ON legal_aid_lawyers TO {Plane.STAFF};
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE legal_aid_lawyers DROP COLUMN former_mobile_cipher")
