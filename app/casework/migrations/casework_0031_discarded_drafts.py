"""A discarded draft of a public notice takes its lines along, also those of cases that whoever discards it is kept from.

Revision ID: casework_0031
"""

from alembic import op

revision = "casework_0031"
down_revision = "casework_0030"
branch_labels = None
depends_on = None

TABLES = ("case_public_listings", "case_public_lines")


def refer(then: str) -> None:
    for table in TABLES:
        op.execute(f"""
            ALTER TABLE {table} DROP CONSTRAINT {table}_zone_id_notice_id_fkey,
                ADD CONSTRAINT {table}_zone_id_notice_id_fkey FOREIGN KEY (zone_id, notice_id)
                    REFERENCES case_public_notices (zone_id, id) {then};
        """)


def upgrade() -> None:
    refer("ON DELETE CASCADE")


def downgrade() -> None:
    refer("")
