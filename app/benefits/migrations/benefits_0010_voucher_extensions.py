"""Letting vouchers run longer, by two people.

Revision ID: benefits_0010
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0010"
down_revision = "benefits_0009"
branch_labels = None
depends_on = None

CHANGED_BY_STAFF = "state, version, checked_by, checked_by_name, checked_at, reason"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voucher_extensions (
            zone_id uuid NOT NULL REFERENCES zones (id),
            id uuid NOT NULL,
            batch_id uuid NOT NULL,
            voucher_id uuid,
            until date NOT NULL,
            ground text NOT NULL CHECK (ground <> ''),
            state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
            version integer NOT NULL DEFAULT 1,
            made_by uuid NOT NULL,
            made_by_name text NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            checked_by uuid,
            checked_by_name text NOT NULL DEFAULT '',
            checked_at timestamptz,
            reason text NOT NULL DEFAULT '',
            extended integer NOT NULL DEFAULT 0 CHECK (extended >= 0),
            left_out integer NOT NULL DEFAULT 0 CHECK (left_out >= 0),
            done_at timestamptz,
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id),
            FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id),
            CONSTRAINT voucher_extensions_two_people CHECK (checked_by <> made_by),
            CONSTRAINT voucher_extensions_checked
                CHECK (state NOT IN ('approved', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
            CONSTRAINT voucher_extensions_done CHECK (done_at IS NULL OR state = 'approved')
        );
        CREATE UNIQUE INDEX voucher_extensions_one_at_a_time ON voucher_extensions (zone_id, batch_id)
            WHERE state = 'submitted' OR (state = 'approved' AND done_at IS NULL);
        CREATE INDEX voucher_extensions_batch_idx ON voucher_extensions (zone_id, batch_id, id);
        CREATE INDEX vouchers_batch_idx ON vouchers (zone_id, batch_id, id);
    """)
    protect("voucher_extensions",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'submitted'", update=ZONE, update_columns=CHANGED_BY_STAFF),
            worker=Rule(read=ZONE, update=ZONE))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON voucher_extensions USING ({ZONE} AND state = 'submitted')")
    op.execute(f"ALTER POLICY hall_worker_update ON voucher_extensions USING ({ZONE} AND state = 'approved')")


def downgrade() -> None:
    op.execute("DROP INDEX vouchers_batch_idx; DROP TABLE voucher_extensions")
