"""Payments of fees that the bank sent back.

Revision ID: legal_aid_0006
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "legal_aid_0006"
down_revision = "legal_aid_0005"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE legal_aid_fee_bounces (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    lawyer_member_id uuid,
    account_id uuid NOT NULL,
    paid_on date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    paid_by uuid NOT NULL,
    paid_by_name text NOT NULL,
    bounced_on date NOT NULL CHECK (bounced_on >= paid_on),
    noted_by uuid NOT NULL,
    noted_by_name text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    reason_cipher bytea,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, claim_id) REFERENCES legal_aid_fee_claims (zone_id, id),
    CONSTRAINT legal_aid_fee_bounces_hands CHECK (noted_by <> paid_by AND noted_by <> account_id)
);
CREATE INDEX legal_aid_fee_bounces_claim_idx ON legal_aid_fee_bounces (zone_id, claim_id);
CREATE INDEX legal_aid_fee_bounces_case_idx ON legal_aid_fee_bounces (zone_id, case_id);
CREATE INDEX legal_aid_fee_bounces_reference_idx ON legal_aid_fee_bounces (zone_id, reference);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = legal_aid_fee_bounces.zone_id AND c.id = legal_aid_fee_bounces.case_id)"""  # noqa: S608 - constants
# Where lawyers are members, they have a copy of what became of their fees; the member of the case has no part in it.
THE_LAWYERS = f"{ZONE} AND lawyer_member_id = nullif(current_setting('hall.member', true), '')::uuid"


def upgrade() -> None:
    op.execute(TABLE)
    protect(
        "legal_aid_fee_bounces",
        member=Rule(read=THE_LAWYERS),
        staff=Rule(read=OF_A_CASE, insert=OF_A_CASE),
        worker=Rule(all=ZONE),
    )


def downgrade() -> None:
    op.execute("DROP TABLE legal_aid_fee_bounces")
