"""Payment batches and their lines, and what was paid of a case.

Revision ID: casework_0023
"""

from alembic import op

from tenants.policies import OWN, OWNER, UNTIED, ZONE, Rule, protect

revision = "casework_0023"
down_revision = "casework_0022"
branch_labels = None
depends_on = None

# A decision orders once; the orders of one that is void stay, with what became of them.
DECISIONS = """
ALTER TABLE case_payment_orders DROP CONSTRAINT case_payment_orders_once, DROP COLUMN decision,
    ADD COLUMN event_id uuid NOT NULL,
    ADD CONSTRAINT case_payment_orders_once UNIQUE (zone_id, case_id, purpose, event_id),
    ADD FOREIGN KEY (zone_id, event_id) REFERENCES case_events (zone_id, id),
    DROP CONSTRAINT case_payment_orders_state_check,
    ADD CONSTRAINT case_payment_orders_state_check CHECK (state IN ('due', 'batched', 'paid', 'failed', 'stopped', 'void'));
CREATE INDEX case_payment_orders_event_idx ON case_payment_orders (zone_id, event_id);
DROP POLICY hall_staff_delete ON case_payment_orders;
REVOKE DELETE ON case_payment_orders FROM hall_staff;
"""
FORMER_DECISIONS = """
ALTER TABLE case_payment_orders DROP CONSTRAINT case_payment_orders_once, DROP COLUMN event_id,
    ADD COLUMN decision text NOT NULL CHECK (decision IN ('first', 'appeal')),
    ADD CONSTRAINT case_payment_orders_once UNIQUE (zone_id, case_id, purpose, decision),
    DROP CONSTRAINT case_payment_orders_state_check,
    ADD CONSTRAINT case_payment_orders_state_check CHECK (state IN ('due', 'batched', 'paid', 'failed', 'stopped'));
GRANT DELETE ON case_payment_orders TO hall_staff;
CREATE POLICY hall_staff_delete ON case_payment_orders FOR DELETE TO hall_staff
    USING (state IN ('due', 'failed', 'stopped') AND EXISTS (
        SELECT 1 FROM cases c WHERE c.zone_id = case_payment_orders.zone_id AND c.id = case_payment_orders.case_id
            AND c.phase = 'open' AND c.reopened_at IS NOT NULL AND c.decided_by IS NULL));
"""
# Nobody is paid more than was granted, unless what was granted and paid became void.
PAID = """
ALTER TABLE cases ADD COLUMN amount_paid_cents bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT cases_paid CHECK (amount_paid_cents >= 0
        AND (reopened_at IS NOT NULL OR amount_paid_cents <= coalesce(amount_granted_cents, 0)));
ALTER TABLE case_past ADD COLUMN amount_paid_cents bigint NOT NULL DEFAULT 0;
GRANT UPDATE (amount_paid_cents) ON cases TO hall_staff;
DROP INDEX cases_ended_idx;
CREATE INDEX cases_ended_idx ON cases (zone_id, module, kind, state, month_closed)
    INCLUDE (phase, amount_granted_cents, amount_paid_cents, amount_recovered_cents, blind_paths)
    WHERE phase IN ('decided', 'ended');
"""
NOT_PAID = """
DROP INDEX cases_ended_idx;
ALTER TABLE case_past DROP COLUMN amount_paid_cents;
ALTER TABLE cases DROP COLUMN amount_paid_cents;
CREATE INDEX cases_ended_idx ON cases (zone_id, module, kind, state, month_closed)
    INCLUDE (phase, amount_granted_cents, amount_recovered_cents, blind_paths)
    WHERE phase IN ('decided', 'ended');
"""
TABLES = """
CREATE TABLE case_payment_batches (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    number text COLLATE "C" NOT NULL CHECK (number <> ''),
    state text NOT NULL CHECK (state IN ('made', 'released', 'dissolved')),
    count integer NOT NULL CHECK (count > 0),
    total_cents bigint NOT NULL CHECK (total_cents > 0),
    blind_paths text[] COLLATE "C" NOT NULL DEFAULT '{}'
        CHECK ('' <> ALL (blind_paths) AND array_position(blind_paths, NULL) IS NULL),
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    note_cipher bytea,
    digest text,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, number),
    CONSTRAINT case_payment_batches_two_people CHECK (state <> 'released' OR checked_by <> made_by),
    CONSTRAINT case_payment_batches_checked CHECK (
        (state = 'made') = (checked_by IS NULL) AND (state = 'made') = (checked_at IS NULL)),
    CONSTRAINT case_payment_batches_digest CHECK ((state = 'released') = (digest IS NOT NULL))
);
CREATE INDEX case_payment_batches_module_idx ON case_payment_batches (zone_id, module, id DESC);

CREATE TABLE case_payment_lines (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    order_id uuid NOT NULL,
    account_cipher bytea NOT NULL,
    outcome text CHECK (outcome IN ('paid', 'failed', 'dropped')),
    paid_on date,
    reference text NOT NULL DEFAULT '',
    reason_cipher bytea,
    settled_at timestamptz,
    settled_by uuid,
    settled_by_name text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES case_payment_batches (zone_id, id),
    FOREIGN KEY (zone_id, order_id) REFERENCES case_payment_orders (zone_id, id),
    CONSTRAINT case_payment_lines_paid CHECK ((outcome IS NOT DISTINCT FROM 'paid') = (paid_on IS NOT NULL)),
    CONSTRAINT case_payment_lines_failed CHECK ((outcome IS NOT DISTINCT FROM 'failed') = (reason_cipher IS NOT NULL)),
    CONSTRAINT case_payment_lines_settled CHECK (
        coalesce(outcome IN ('paid', 'failed'), false) = (settled_by IS NOT NULL)
        AND (settled_by IS NULL) = (settled_at IS NULL))
);
-- An order is in one batch at a time, and paid once.
CREATE UNIQUE INDEX case_payment_lines_once ON case_payment_lines (zone_id, order_id)
    WHERE outcome IS NULL OR outcome = 'paid';
CREATE INDEX case_payment_lines_batch_idx ON case_payment_lines (zone_id, batch_id);
CREATE INDEX case_payment_lines_order_idx ON case_payment_lines (zone_id, order_id);
CREATE INDEX case_payment_lines_case_idx ON case_payment_lines (zone_id, case_id);
"""
# What is said of a batch is kept from whom its cases are kept from, whoever writes it.
TRIGGER = """
CREATE FUNCTION keep_blind_batches_blind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.blind_paths := coalesce((SELECT blind_paths FROM case_payment_batches
        WHERE zone_id = NEW.zone_id AND id = NEW.object_id::uuid), NEW.blind_paths);
    RETURN NEW;
END $$;
CREATE TRIGGER keep_blind_batches_blind BEFORE INSERT ON audit_entries
    FOR EACH ROW WHEN (NEW.object_type = 'payment_batch') EXECUTE FUNCTION keep_blind_batches_blind();
"""
SEEN = f"{ZONE} AND {UNTIED}"
STILL_MADE = f"{SEEN} AND state = 'made'"
CHECKED_COLUMNS = "state, checked_by, checked_by_name, checked_at, note_cipher, digest"
SETTLED_COLUMNS = "outcome, paid_on, reference, reason_cipher, settled_at, settled_by, settled_by_name"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def of_a_batch(state: str) -> str:
    """The condition that a line's batch is in a state, an SQL expression."""
    batch = "b.zone_id = case_payment_lines.zone_id AND b.id = case_payment_lines.batch_id"
    return f"EXISTS (SELECT 1 FROM case_payment_batches b WHERE {batch} AND b.state = {state})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(DECISIONS)
    op.execute(PAID)
    op.execute(TABLES)
    protect("case_payment_batches",
            staff=Rule(read=SEEN, insert=STILL_MADE, update=STILL_MADE, update_columns=CHECKED_COLUMNS),
            worker=Rule(all=ZONE), owner=Rule(read="true"))  # fmt: skip
    # A batch is checked off once; what is released, or dissolved, nobody changes.
    op.execute(f"ALTER POLICY hall_staff_update ON case_payment_batches USING ({STILL_MADE}) WITH CHECK ({SEEN})")
    of_case, still_made = of_a_case("case_payment_lines"), of_a_batch("'made'")
    protect("case_payment_lines",
            member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=of_case, insert=f"{of_case} AND outcome IS NULL AND {still_made}",
                       update=f"{of_case} AND outcome IS NULL", update_columns=SETTLED_COLUMNS),
            worker=Rule(all=ZONE))  # fmt: skip
    # Lines are dropped before their batch was released, and settled after it; once.
    in_time = of_a_batch("CASE WHEN outcome = 'dropped' THEN 'made' ELSE 'released' END")
    op.execute(f"""ALTER POLICY hall_staff_update ON case_payment_lines
        USING ({of_case} AND outcome IS NULL) WITH CHECK ({of_case} AND {in_time})""")
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION keep_blind_batches_blind OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_blind_batches_blind ON audit_entries")
    op.execute("DROP FUNCTION keep_blind_batches_blind")
    op.execute("DROP TABLE case_payment_lines, case_payment_batches")
    op.execute(NOT_PAID)
    op.execute(FORMER_DECISIONS)
