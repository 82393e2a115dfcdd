"""The register of used invoices ends with the case: it names none that was erased.

Revision ID: help_0007
"""

from alembic import op

revision = "help_0007"
down_revision = "help_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE help_used_invoices ADD CONSTRAINT help_used_invoices_case
            FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id) ON DELETE CASCADE
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE help_used_invoices DROP CONSTRAINT help_used_invoices_case")
