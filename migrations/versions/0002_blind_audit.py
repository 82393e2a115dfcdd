"""Entries of the audit trail that are kept from a union and whoever is tied to it.

Revision ID: 0002_blind_audit
"""

from alembic import op

from tenants.policies import UNTIED_TO_ONE, ZONE

revision = "0002_blind_audit"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE audit_entries
            ADD COLUMN blind_path text COLLATE "C" CHECK (blind_path <> ''),
            ADD COLUMN blind_end text COLLATE "C" GENERATED ALWAYS AS (left(blind_path, -1) || '/') STORED
    """)
    op.execute(f"ALTER POLICY hall_staff_select ON audit_entries USING ({ZONE} AND {UNTIED_TO_ONE})")
    op.execute(f"ALTER POLICY hall_city_select ON audit_entries USING ({UNTIED_TO_ONE})")


def downgrade() -> None:
    op.execute(f"ALTER POLICY hall_staff_select ON audit_entries USING ({ZONE})")
    op.execute("ALTER POLICY hall_city_select ON audit_entries USING (true)")
    op.execute("ALTER TABLE audit_entries DROP COLUMN blind_end, DROP COLUMN blind_path")
