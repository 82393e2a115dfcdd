"""What was taken without network and not agreed about is counted on every page of the desk.

Revision ID: benefits_0020
"""

from alembic import op

revision = "benefits_0020"
down_revision = "benefits_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE INDEX voucher_offline_uses_open_idx ON voucher_offline_uses (zone_id, id)
            WHERE refusal <> '' AND resolved_at IS NULL
    """)


def downgrade() -> None:
    op.execute("DROP INDEX voucher_offline_uses_open_idx")
