"""Accounts that the bank sent money back from.

Revision ID: casework_0032
"""

from alembic import op

from tenants.policies import ZONE

revision = "casework_0032"
down_revision = "casework_0031"
branch_labels = None
depends_on = None

CASE = "SELECT 1 FROM cases c WHERE c.zone_id = case_payees.zone_id AND c.id = case_payees.case_id"
SEEN = f"{ZONE} AND EXISTS ({CASE})"


def upgrade() -> None:
    op.execute(f"""
        ALTER TABLE case_payees ADD COLUMN bounced_at timestamptz;
        GRANT UPDATE (bounced_at) ON case_payees TO hall_member;
        GRANT UPDATE (bounced_at, version) ON case_payees TO hall_staff;
        CREATE POLICY hall_staff_update ON case_payees FOR UPDATE TO hall_staff USING ({SEEN}) WITH CHECK ({SEEN});
    """)


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_update ON case_payees")
    op.execute("REVOKE UPDATE (version) ON case_payees FROM hall_staff")
    op.execute("ALTER TABLE case_payees DROP COLUMN bounced_at")
