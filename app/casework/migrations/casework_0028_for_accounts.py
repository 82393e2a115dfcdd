"""Cases that their members had erased and the accounts keep.

Revision ID: casework_0028
"""

from alembic import op

revision = "casework_0028"
down_revision = "casework_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cases ADD COLUMN keeps_vouchers boolean NOT NULL DEFAULT false,
            ADD COLUMN accounts_only_since timestamptz;
        UPDATE cases SET keeps_vouchers = true WHERE amount_granted_cents IS NOT NULL OR amount_paid_cents > 0;
        ALTER TABLE cases
            ADD CONSTRAINT cases_keeps_vouchers CHECK (keeps_vouchers OR amount_granted_cents IS NULL),
            ADD CONSTRAINT cases_accounts_only CHECK (accounts_only_since IS NULL OR
                (closed_at IS NOT NULL AND keeps_vouchers AND typed_cipher IS NULL));
        GRANT UPDATE (keeps_vouchers) ON cases TO hall_staff;
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN accounts_only_since, DROP COLUMN keeps_vouchers")
