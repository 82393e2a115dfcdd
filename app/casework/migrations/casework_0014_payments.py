"""Payment orders, and the accounts they go to.

Revision ID: casework_0014
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0014"
down_revision = "casework_0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_payees (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    told_cipher bytea NOT NULL,
    version integer NOT NULL DEFAULT 1,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);

CREATE TABLE case_payment_orders (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    purpose text NOT NULL CHECK (purpose IN ('grant')),
    decision text NOT NULL CHECK (decision IN ('first', 'appeal')),
    number text COLLATE "C" NOT NULL CHECK (number <> ''),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    state text NOT NULL CHECK (state IN ('due', 'batched', 'paid', 'failed', 'stopped')),
    ordered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, number),
    CONSTRAINT case_payment_orders_once UNIQUE (zone_id, case_id, purpose, decision),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX case_payment_orders_state_idx ON case_payment_orders (zone_id, module, state, id);
"""
MINE = f"{ZONE} AND {OWN}"


def of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    protect("case_payees",
            member=Rule(read=MINE, insert=MINE, update=MINE, update_columns="told_cipher, version, told_at"),
            staff=Rule(read=of_a_case("case_payees")), worker=Rule(all=ZONE))  # fmt: skip
    # With another account, a member makes due again what the bank refused; nothing else of an order is theirs to change.
    of_case = of_a_case("case_payment_orders")
    protect("case_payment_orders",
            member=Rule(read=MINE, update=f"{MINE} AND state IN ('failed', 'due')", update_columns="state"),
            staff=Rule(read=of_case, insert=of_case, update=of_case, update_columns="state"),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_payment_orders, case_payees")
