"""Settlement statements: what a merchant is due for redeemed vouchers, each voucher in one statement.

Revision ID: benefits_0011
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0011"
down_revision = "benefits_0010"
branch_labels = None
depends_on = None

CHANGED_BY_STAFF = (
    "state, version, checked_by, checked_by_name, checked_at, reason, paid_by, paid_by_name, paid_at, payment_reference"
)


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voucher_settlements (
            zone_id uuid NOT NULL REFERENCES zones (id),
            id uuid NOT NULL,
            merchant_id uuid NOT NULL,
            since date NOT NULL,
            through date NOT NULL,
            pieces integer NOT NULL CHECK (pieces > 0),
            amount_cents bigint NOT NULL CHECK (amount_cents > 0),
            state text NOT NULL CHECK (state IN ('draft', 'confirmed', 'paid', 'refused', 'withdrawn')),
            version integer NOT NULL DEFAULT 1,
            made_by uuid NOT NULL,
            made_by_name text NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            checked_by uuid,
            checked_by_name text NOT NULL DEFAULT '',
            checked_at timestamptz,
            reason text NOT NULL DEFAULT '',
            paid_by uuid,
            paid_by_name text NOT NULL DEFAULT '',
            paid_at timestamptz,
            payment_reference text NOT NULL DEFAULT '',
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, merchant_id) REFERENCES merchants (zone_id, id),
            CONSTRAINT voucher_settlements_days CHECK (since <= through),
            CONSTRAINT voucher_settlements_two_people CHECK (checked_by <> made_by),
            CONSTRAINT voucher_settlements_checked
                CHECK (state NOT IN ('confirmed', 'paid', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
            CONSTRAINT voucher_settlements_paid CHECK ((state = 'paid') = (paid_at IS NOT NULL AND payment_reference <> ''))
        );
        CREATE UNIQUE INDEX voucher_settlements_one_draft ON voucher_settlements (zone_id, merchant_id) WHERE state = 'draft';

        CREATE TABLE voucher_settlement_lines (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            settlement_id uuid NOT NULL,
            voucher_id uuid NOT NULL,
            redeem_key text COLLATE "C" NOT NULL,
            amount_cents bigint NOT NULL CHECK (amount_cents > 0),
            PRIMARY KEY (zone_id, id),
            CONSTRAINT voucher_settlement_lines_once UNIQUE (zone_id, voucher_id),
            FOREIGN KEY (zone_id, settlement_id) REFERENCES voucher_settlements (zone_id, id),
            FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id)
        );
        CREATE INDEX voucher_settlement_lines_settlement_idx ON voucher_settlement_lines (zone_id, settlement_id, id);
    """)
    protect("voucher_settlements",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'draft'", update=ZONE, update_columns=CHANGED_BY_STAFF),
            worker=Rule(read=ZONE))  # fmt: skip
    op.execute(
        f"ALTER POLICY hall_staff_update ON voucher_settlements USING ({ZONE} AND state IN ('draft', 'confirmed'))"
    )
    of_a_draft = f"""{ZONE} AND EXISTS (SELECT 1 FROM voucher_settlements s WHERE s.zone_id = voucher_settlement_lines.zone_id
        AND s.id = voucher_settlement_lines.settlement_id AND s.state = 'draft')"""  # noqa: S608 - constants only
    protect(
        "voucher_settlement_lines", staff=Rule(read=ZONE, insert=of_a_draft, delete=of_a_draft), worker=Rule(read=ZONE)
    )


def downgrade() -> None:
    op.execute("DROP TABLE voucher_settlement_lines, voucher_settlements")
