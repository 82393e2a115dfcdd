"""Fees of lawyers: standards as the zone noted them, claims, and receipts.

Revision ID: legal_aid_0005
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "legal_aid_0005"
down_revision = "legal_aid_0004"
branch_labels = None
depends_on = None

WORK = "work text NOT NULL CHECK (work IN ('consultation', 'mediation', 'arbitration', 'first_instance', 'second_instance'))"
TABLES = f"""
CREATE TABLE legal_aid_fee_standards (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    {WORK},
    effective_from date NOT NULL,
    stage_cents bigint NOT NULL CHECK (stage_cents >= 0),
    hour_cents bigint NOT NULL CHECK (hour_cents >= 0),
    hours_most_cents bigint NOT NULL CHECK (hours_most_cents >= 0),
    travel_most_cents bigint NOT NULL CHECK (travel_most_cents >= 0),
    source text NOT NULL CHECK (source <> ''),
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, work, effective_from)
);

CREATE TABLE legal_aid_fee_claims (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    lawyer_id uuid NOT NULL,
    lawyer_name text NOT NULL,
    account_id uuid NOT NULL,
    lawyer_member_id uuid,
    {WORK},
    done_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'claimed', 'returned', 'approved', 'refused', 'withdrawn', 'paid')),
    version integer NOT NULL DEFAULT 1,
    minutes integer NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    travel_cents bigint NOT NULL DEFAULT 0 CHECK (travel_cents >= 0),
    told_cipher bytea,
    standard jsonb,
    amount_cents bigint CHECK (amount_cents > 0),
    claimed_at timestamptz,
    decided_by uuid,
    decided_by_name text NOT NULL DEFAULT '',
    decided_at timestamptz,
    reason_cipher bytea,
    paid_on date,
    reference text NOT NULL DEFAULT '',
    paid_by uuid,
    paid_by_name text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, assignment_id) REFERENCES legal_aid_assignments (zone_id, id),
    FOREIGN KEY (zone_id, lawyer_id) REFERENCES legal_aid_lawyers (zone_id, id),
    CONSTRAINT legal_aid_fee_claims_claimed CHECK (
        (claimed_at IS NULL) = (amount_cents IS NULL) AND (claimed_at IS NULL) = (standard IS NULL)
        AND (claimed_at IS NOT NULL OR state IN ('draft', 'withdrawn'))),
    CONSTRAINT legal_aid_fee_claims_decided CHECK (
        (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NOT NULL OR state NOT IN ('returned', 'approved', 'refused', 'paid'))),
    CONSTRAINT legal_aid_fee_claims_paid CHECK (
        (state = 'paid') = (paid_on IS NOT NULL) AND (state = 'paid') = (paid_by IS NOT NULL)
        AND (state = 'paid') = (reference <> '')),
    CONSTRAINT legal_aid_fee_claims_hands CHECK (
        decided_by <> account_id AND paid_by <> account_id AND paid_by <> decided_by)
);
CREATE UNIQUE INDEX legal_aid_fee_claims_once_idx ON legal_aid_fee_claims (zone_id, case_id, account_id, work)
    WHERE state <> 'withdrawn';
CREATE INDEX legal_aid_fee_claims_account_idx ON legal_aid_fee_claims (zone_id, account_id, id);
CREATE INDEX legal_aid_fee_claims_state_idx ON legal_aid_fee_claims (zone_id, state, id);
CREATE INDEX legal_aid_fee_claims_claimed_idx ON legal_aid_fee_claims (zone_id, claimed_at) WHERE claimed_at IS NOT NULL;
CREATE INDEX legal_aid_fee_claims_reference_idx ON legal_aid_fee_claims (zone_id, reference) WHERE reference <> '';
CREATE INDEX legal_aid_fee_claims_assignment_idx ON legal_aid_fee_claims (zone_id, assignment_id);

CREATE TABLE legal_aid_fee_receipts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    lawyer_member_id uuid,
    file_id uuid NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, claim_id) REFERENCES legal_aid_fee_claims (zone_id, id),
    FOREIGN KEY (zone_id, file_id) REFERENCES files (zone_id, id)
);
CREATE INDEX legal_aid_fee_receipts_claim_idx ON legal_aid_fee_receipts (zone_id, claim_id);
CREATE INDEX legal_aid_fee_receipts_case_idx ON legal_aid_fee_receipts (zone_id, case_id);
CREATE INDEX legal_aid_fee_receipts_file_idx ON legal_aid_fee_receipts (zone_id, file_id);
"""
# A receipt is the lawyer's, though it is kept with the member's case: no member reads it, and of the staff whoever sees the
# claim, or has sent it just now.
RECEIPTS_OF_CLAIMS_SEEN = """
CREATE POLICY hall_staff_fee_receipts ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'legal_aid.fee_receipt' OR uploaded_by = nullif(current_setting('hall.account', true), '')::uuid
        OR EXISTS (SELECT 1 FROM legal_aid_fee_receipts r WHERE r.zone_id = files.zone_id AND r.file_id = files.id));
CREATE POLICY hall_member_fee_receipts ON files AS RESTRICTIVE FOR SELECT TO hall_member
    USING (purpose <> 'legal_aid.fee_receipt');
"""
WRITTEN = "minutes, travel_cents, told_cipher, standard, amount_cents, claimed_at"
DECIDED = "decided_by, decided_by_name, decided_at, reason_cipher"
PAID = "paid_on, reference, paid_by, paid_by_name"
# Where lawyers are members, they have a copy of what they claimed; the member of the case has no part in it.
THE_LAWYERS = f"{ZONE} AND lawyer_member_id = nullif(current_setting('hall.member', true), '')::uuid"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    protect("legal_aid_fee_standards", staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE))
    seen = of_a_case("legal_aid_fee_claims")
    protect(
        "legal_aid_fee_claims",
        member=Rule(read=THE_LAWYERS),
        staff=Rule(read=seen, insert=seen, update=seen, update_columns=f"state, version, {WRITTEN}, {DECIDED}, {PAID}"),
        worker=Rule(all=ZONE),
    )
    seen = of_a_case("legal_aid_fee_receipts")
    protect(
        "legal_aid_fee_receipts",
        member=Rule(read=THE_LAWYERS),
        staff=Rule(read=seen, insert=seen, delete=seen),
        worker=Rule(all=ZONE),
    )
    op.execute(RECEIPTS_OF_CLAIMS_SEEN)


def downgrade() -> None:
    op.execute("DROP POLICY hall_member_fee_receipts ON files; DROP POLICY hall_staff_fee_receipts ON files")
    op.execute("DROP TABLE legal_aid_fee_receipts, legal_aid_fee_claims, legal_aid_fee_standards")
