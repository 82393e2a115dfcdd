"""What came back from the bank is paid anew by another hand and another transfer, and not before it came back.

Revision ID: legal_aid_0007
"""

from alembic import op

revision = "legal_aid_0007"
down_revision = "legal_aid_0006"
branch_labels = None
depends_on = None

TRIGGER = """
CREATE FUNCTION legal_aid_pay_anew() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    last legal_aid_fee_bounces;
BEGIN
    SELECT * INTO last FROM legal_aid_fee_bounces
        WHERE zone_id = NEW.zone_id AND claim_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF NEW.paid_by = last.noted_by OR NEW.paid_on < last.bounced_on OR NEW.reference <> OLD.reference AND EXISTS (
        SELECT 1 FROM legal_aid_fee_bounces WHERE zone_id = NEW.zone_id AND reference = NEW.reference) THEN
        RAISE EXCEPTION 'not paid anew by a third hand, another transfer or on a later day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_aid_pay_anew';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER legal_aid_pay_anew BEFORE UPDATE OF paid_on, reference, paid_by ON legal_aid_fee_claims
    FOR EACH ROW WHEN (NEW.state = 'paid') EXECUTE FUNCTION legal_aid_pay_anew();
"""


def upgrade() -> None:
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER legal_aid_pay_anew ON legal_aid_fee_claims")
    op.execute("DROP FUNCTION legal_aid_pay_anew")
