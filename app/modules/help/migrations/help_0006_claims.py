"""Mutual-aid claims, and the register of the invoices they rest on.

Revision ID: help_0006
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "help_0006"
down_revision = "help_0005"
branch_labels = None
depends_on = "casework_0011"

CLAIMS = """
CREATE TABLE help_claims (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    cover_id uuid NOT NULL,
    paid_before_cents bigint CHECK (paid_before_cents >= 0),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, cover_id) REFERENCES help_covers (zone_id, id)
);
CREATE INDEX help_claims_cover_idx ON help_claims (zone_id, cover_id);
"""
OF_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = help_claims.zone_id AND c.id = help_claims.case_id)"""  # noqa: S608 - constants

# Unique in all zones together, and read by no plane: what the functions tell is whether another claim holds an invoice.
REGISTER = """
CREATE TABLE help_used_invoices (
    invoice_index bytea PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES zones (id),
    case_id uuid NOT NULL,
    held_until timestamptz
);
CREATE INDEX help_used_invoices_case_idx ON help_used_invoices (zone_id, case_id);

CREATE FUNCTION help_held_elsewhere(claim uuid, wanted bytea[]) RETURNS bytea[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT invoice_index FROM help_used_invoices WHERE invoice_index = ANY (wanted)
        AND (held_until IS NULL OR held_until > now())
        AND (zone_id <> nullif(current_setting('hall.zone', true), '')::uuid OR case_id <> claim))
$$;

CREATE FUNCTION help_hold_invoices(claim uuid, wanted bytea[]) RETURNS bytea[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    zone uuid := nullif(current_setting('hall.zone', true), '')::uuid;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases c WHERE c.zone_id = zone AND c.id = claim) THEN
        RAISE EXCEPTION 'no such case in the running zone';
    END IF;
    DELETE FROM help_used_invoices
        WHERE (zone_id = zone AND case_id = claim AND invoice_index <> ALL (wanted))
           OR (invoice_index = ANY (wanted) AND held_until <= now());
    -- In their order, so that two claims with the same invoices wait for each other and never both.
    INSERT INTO help_used_invoices (invoice_index, zone_id, case_id)
        SELECT DISTINCT each, zone, claim FROM unnest(wanted) AS each ORDER BY each
        ON CONFLICT (invoice_index) DO UPDATE SET held_until = NULL
            WHERE help_used_invoices.zone_id = zone AND help_used_invoices.case_id = claim;
    RETURN help_held_elsewhere(claim, wanted);
END $$;

CREATE FUNCTION help_keep_invoices_until(claim uuid, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    zone uuid := nullif(current_setting('hall.zone', true), '')::uuid;
BEGIN
    IF until <= now() THEN
        DELETE FROM help_used_invoices WHERE zone_id = zone AND case_id = claim;
    ELSE
        UPDATE help_used_invoices SET held_until = until WHERE zone_id = zone AND case_id = claim;
    END IF;
END $$;
"""
FUNCTIONS = (
    "help_held_elsewhere(uuid, bytea[])",
    "help_hold_invoices(uuid, bytea[])",
    "help_keep_invoices_until(uuid, timestamptz)",
)


def upgrade() -> None:
    op.execute(CLAIMS)
    mine = f"{ZONE} AND {OWN}"
    protect("help_claims", member=Rule(read=mine, insert=mine, update=mine, update_columns="cover_id"),
            staff=Rule(read=OF_CASE, update=OF_CASE, update_columns="paid_before_cents"), worker=Rule(all=ZONE))  # fmt: skip
    op.execute(REGISTER)
    protect("help_used_invoices", owner=Rule(all="true"))
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO hall_member, hall_staff, hall_worker")


def downgrade() -> None:
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE help_used_invoices, help_claims")
