"""Entries of the audit trail may be kept from several unions.

Revision ID: 0003_blind_paths
"""

from alembic import op

from tenants.policies import UNTIED, UNTIED_TO_ONE, ZONE, Rule, protect

revision = "0003_blind_paths"
down_revision = "0002_blind_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE audit_entries ADD COLUMN blind_paths text[] COLLATE "C" NOT NULL DEFAULT '{}'
            CHECK ('' <> ALL (blind_paths) AND array_position(blind_paths, NULL) IS NULL)
    """)
    op.execute("UPDATE audit_entries SET blind_paths = ARRAY[blind_path] WHERE blind_path IS NOT NULL")
    op.execute(f"ALTER POLICY hall_staff_select ON audit_entries USING ({ZONE} AND {UNTIED})")
    op.execute(f"ALTER POLICY hall_city_select ON audit_entries USING ({UNTIED})")
    op.execute("ALTER TABLE audit_entries DROP COLUMN blind_end, DROP COLUMN blind_path")
    # Whose entries follow what they are about when it becomes blind to others.
    protect("audit_entries", owner=Rule(read="true", update="true", update_columns="blind_paths"))


def downgrade() -> None:
    op.execute("DROP POLICY hall_owner_select ON audit_entries; DROP POLICY hall_owner_update ON audit_entries")
    op.execute("""
        ALTER TABLE audit_entries
            ADD COLUMN blind_path text COLLATE "C" CHECK (blind_path <> ''),
            ADD COLUMN blind_end text COLLATE "C" GENERATED ALWAYS AS (left(blind_path, -1) || '/') STORED
    """)
    op.execute("UPDATE audit_entries SET blind_path = blind_paths[1]")
    op.execute(f"ALTER POLICY hall_staff_select ON audit_entries USING ({ZONE} AND {UNTIED_TO_ONE})")
    op.execute(f"ALTER POLICY hall_city_select ON audit_entries USING ({UNTIED_TO_ONE})")
    op.execute("ALTER TABLE audit_entries DROP COLUMN blind_paths")
