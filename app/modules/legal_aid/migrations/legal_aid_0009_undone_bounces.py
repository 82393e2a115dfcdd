"""A return of a fee's payment that was noted by mistake is undone by another hand: the same transfer paid that claim after all.

Revision ID: legal_aid_0009
"""

from alembic import op

from tenants.context import Plane
from tenants.policies import ZONE

revision = "legal_aid_0009"
down_revision = "legal_aid_0008"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE legal_aid_fee_bounces
    ADD COLUMN undone_at timestamptz,
    ADD COLUMN undone_by uuid,
    ADD COLUMN undone_by_name text NOT NULL DEFAULT '',
    ADD CONSTRAINT legal_aid_fee_bounces_undone CHECK (
        (undone_at IS NULL) = (undone_by IS NULL) AND undone_by <> noted_by AND undone_by <> account_id);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = legal_aid_fee_bounces.zone_id AND c.id = legal_aid_fee_bounces.case_id)"""  # noqa: S608 - constants
PAY_ANEW = """
CREATE OR REPLACE FUNCTION legal_aid_pay_anew() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    last legal_aid_fee_bounces;
BEGIN
    SELECT * INTO last FROM legal_aid_fee_bounces
        WHERE zone_id = NEW.zone_id AND claim_id = NEW.id{of_claim} ORDER BY id DESC LIMIT 1;
    IF NEW.paid_by = last.noted_by OR NEW.paid_on < last.bounced_on OR NEW.reference <> OLD.reference AND EXISTS (
        SELECT 1 FROM legal_aid_fee_bounces WHERE zone_id = NEW.zone_id AND reference = NEW.reference{of_reference}) THEN
        RAISE EXCEPTION 'not paid anew by a third hand, another transfer or on a later day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_aid_pay_anew';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(PAY_ANEW.format(
        of_claim=" AND undone_at IS NULL", of_reference=" AND (claim_id <> NEW.id OR undone_at IS NULL)"
    ))  # fmt: skip
    op.execute(f"""
        GRANT UPDATE (undone_at, undone_by, undone_by_name) ON legal_aid_fee_bounces TO {Plane.STAFF};
        CREATE POLICY {Plane.STAFF}_update ON legal_aid_fee_bounces FOR UPDATE TO {Plane.STAFF}
            USING ({OF_A_CASE} AND undone_at IS NULL) WITH CHECK ({OF_A_CASE});
    """)


def downgrade() -> None:
    op.execute(f"DROP POLICY {Plane.STAFF}_update ON legal_aid_fee_bounces")
    op.execute(PAY_ANEW.format(of_claim="", of_reference=""))
    op.execute("""
        ALTER TABLE legal_aid_fee_bounces DROP COLUMN undone_at, DROP COLUMN undone_by, DROP COLUMN undone_by_name
    """)
