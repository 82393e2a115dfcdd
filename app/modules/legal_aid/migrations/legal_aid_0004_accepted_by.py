"""An assignment is the account's that accepted it, and who left the panel can be put on it again.

Revision ID: legal_aid_0004
"""

from alembic import op

from tenants.context import Plane

revision = "legal_aid_0004"
down_revision = "legal_aid_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"""
        ALTER TABLE legal_aid_assignments ADD COLUMN account_id uuid;
        ALTER TABLE legal_aid_assignments ADD CONSTRAINT legal_aid_assignments_account
            CHECK ((account_id IS NULL) = (accepted_at IS NULL));
        GRANT UPDATE (account_id) ON legal_aid_assignments TO {Plane.STAFF};
        ALTER TABLE legal_aid_lawyers DROP CONSTRAINT legal_aid_lawyers_zone_id_licence_key;
        CREATE UNIQUE INDEX legal_aid_lawyers_licence_idx ON legal_aid_lawyers (zone_id, licence)
            WHERE mobile_cipher IS NOT NULL;
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX legal_aid_lawyers_licence_idx;
        ALTER TABLE legal_aid_lawyers ADD CONSTRAINT legal_aid_lawyers_zone_id_licence_key UNIQUE (zone_id, licence);
        ALTER TABLE legal_aid_assignments DROP COLUMN account_id;
    """)
