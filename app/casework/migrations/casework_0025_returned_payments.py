"""Payments that came back after they were paid.

Revision ID: casework_0025
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "casework_0025"
down_revision = "casework_0024"
branch_labels = None
depends_on = None

OUTCOMES = """
ALTER TABLE case_payment_lines
    DROP CONSTRAINT case_payment_lines_outcome_check,
    DROP CONSTRAINT case_payment_lines_paid,
    DROP CONSTRAINT case_payment_lines_settled,
    ADD CONSTRAINT case_payment_lines_outcome_check CHECK (outcome IN ({outcomes})),
    ADD CONSTRAINT case_payment_lines_paid CHECK (coalesce(outcome IN ({paid}), false) = (paid_on IS NOT NULL)),
    ADD CONSTRAINT case_payment_lines_settled CHECK (
        coalesce(outcome IN ({paid}, 'failed'), false) = (settled_by IS NOT NULL)
        AND (settled_by IS NULL) = (settled_at IS NULL));
"""
TABLE = """
CREATE TABLE case_returned_payments (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    line_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('noted', 'confirmed', 'discarded')),
    returned_on date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    reason_cipher bytea NOT NULL,
    noted_by uuid NOT NULL,
    noted_by_name text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, line_id) REFERENCES case_payment_lines (zone_id, id),
    CONSTRAINT case_returned_payments_two_people CHECK (state <> 'confirmed' OR checked_by <> noted_by),
    CONSTRAINT case_returned_payments_checked CHECK (
        (state = 'noted') = (checked_by IS NULL) AND (state = 'noted') = (checked_at IS NULL))
);
CREATE UNIQUE INDEX case_returned_payments_once ON case_returned_payments (zone_id, line_id) WHERE state <> 'discarded';
CREATE INDEX case_returned_payments_line_idx ON case_returned_payments (zone_id, line_id);
CREATE INDEX case_returned_payments_case_idx ON case_returned_payments (zone_id, case_id);
"""
# A paid line changes by a note that two people agree on, and by nothing else: no plane may touch it.
TRIGGER = """
CREATE FUNCTION return_paid_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_payment_lines SET outcome = 'returned' WHERE zone_id = NEW.zone_id AND id = NEW.line_id;
    RETURN NULL;
END $$;
CREATE TRIGGER return_paid_lines AFTER UPDATE OF state ON case_returned_payments
    FOR EACH ROW WHEN (NEW.state = 'confirmed') EXECUTE FUNCTION return_paid_lines();
"""
THIS = "case_returned_payments"
CASE = f"SELECT 1 FROM cases c WHERE c.zone_id = {THIS}.zone_id AND c.id = {THIS}.case_id"  # noqa: S608 - constants only
LINE = f"SELECT 1 FROM case_payment_lines l WHERE l.zone_id = {THIS}.zone_id AND l.id = {THIS}.line_id"  # noqa: S608 - constants only
OF_A_CASE = f"{ZONE} AND EXISTS ({CASE})"
STILL_NOTED = f"{OF_A_CASE} AND state = 'noted'"


def upgrade() -> None:
    op.execute(OUTCOMES.format(outcomes="'paid', 'failed', 'dropped', 'returned'", paid="'paid', 'returned'"))
    op.execute(TABLE)
    protect(THIS,
            member=Rule(read=f"{ZONE} AND {OWN} AND state = 'confirmed'"),
            staff=Rule(read=OF_A_CASE, insert=f"{STILL_NOTED} AND EXISTS ({LINE} AND l.outcome = 'paid')",
                       update=STILL_NOTED, update_columns="state, checked_by, checked_by_name, checked_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON {THIS} USING ({STILL_NOTED}) WITH CHECK ({OF_A_CASE})")
    op.execute(f"""
        CREATE POLICY {OWNER}_select ON case_payment_lines FOR SELECT TO {OWNER} USING (outcome IN ('paid', 'returned'));
        CREATE POLICY {OWNER}_update ON case_payment_lines FOR UPDATE TO {OWNER}
            USING (outcome = 'paid') WITH CHECK (outcome = 'returned');
    """)
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION return_paid_lines OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute(f"DROP TABLE {THIS}")
    op.execute("DROP FUNCTION return_paid_lines")
    op.execute(f"DROP POLICY {OWNER}_select ON case_payment_lines; DROP POLICY {OWNER}_update ON case_payment_lines")
    op.execute(OUTCOMES.format(outcomes="'paid', 'failed', 'dropped'", paid="'paid'"))
