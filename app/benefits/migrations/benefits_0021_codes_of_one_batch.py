"""A ticket code stands in one batch of a zone: the same list sent for two batches would give a ticket to two members.

Revision ID: benefits_0021
"""

from alembic import op

from tenants.policies import OWNER, Rule, protect

revision = "benefits_0021"
down_revision = "benefits_0020"
branch_labels = None
depends_on = None

# What was never given of a batch that gives no more can stand in the next one.
ONE_BATCH = """
ALTER TABLE voucher_codes ADD CONSTRAINT voucher_codes_one_batch UNIQUE (zone_id, code_index);

CREATE FUNCTION let_voucher_codes_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM voucher_codes c WHERE c.zone_id = NEW.zone_id AND c.batch_id = NEW.id AND c.voucher_id IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER let_voucher_codes_go AFTER UPDATE ON voucher_batches
    FOR EACH ROW WHEN (NEW.has_codes AND NEW.state IN ('refused', 'withdrawn', 'closed')) EXECUTE FUNCTION let_voucher_codes_go();
"""


def upgrade() -> None:
    op.execute(ONE_BATCH)
    op.execute(f"ALTER FUNCTION let_voucher_codes_go() OWNER TO {OWNER}")
    protect("voucher_codes", owner=Rule(delete="voucher_id IS NULL"))


def downgrade() -> None:
    op.execute("""
        DROP TRIGGER let_voucher_codes_go ON voucher_batches;
        DROP FUNCTION let_voucher_codes_go();
        DROP POLICY hall_owner_delete ON voucher_codes;
        ALTER TABLE voucher_codes DROP CONSTRAINT voucher_codes_one_batch
    """)
