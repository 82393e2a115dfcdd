"""What a batch of vouchers says is changed by whoever made it while it is a draft, and never after that.

Revision ID: benefits_0023
"""

from alembic import op

revision = "benefits_0023"
down_revision = "benefits_0022"
branch_labels = None
depends_on = None

FACTS = (
    "category",
    "goods",
    "earmark",
    "title",
    "terms",
    "value_cents",
    "threshold_cents",
    "per_member",
    "valid_from",
    "expires_on",
    "grace_days",
)
"""But for the stock, which a list of codes counts once more when the batch is submitted and approved."""
ONLY_OF_A_DRAFT = ("category", "goods", "earmark", "per_member")
"""What nobody could change until now."""
CHANGED = (
    f"({', '.join(f'NEW.{each}' for each in FACTS)}) IS DISTINCT FROM ({', '.join(f'OLD.{each}' for each in FACTS)})"
)
STANDS = f"""
CREATE FUNCTION keep_voucher_batch() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what a batch of vouchers says stands once it is submitted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_batches_stand';
END $$;
CREATE TRIGGER keep_voucher_batch BEFORE UPDATE ON voucher_batches
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND {CHANGED}) EXECUTE FUNCTION keep_voucher_batch();
"""


def upgrade() -> None:
    op.execute(STANDS)
    op.execute(f"GRANT UPDATE ({', '.join(ONLY_OF_A_DRAFT)}) ON voucher_batches TO hall_staff")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE ({', '.join(ONLY_OF_A_DRAFT)}) ON voucher_batches FROM hall_staff")
    op.execute("DROP TRIGGER keep_voucher_batch ON voucher_batches; DROP FUNCTION keep_voucher_batch()")
