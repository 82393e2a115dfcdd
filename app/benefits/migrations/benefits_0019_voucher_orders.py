"""Vouchers that the desk has ordered to be given to many, until that is done.

Revision ID: benefits_0019
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0019"
down_revision = "benefits_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voucher_orders (
            zone_id uuid NOT NULL REFERENCES zones (id),
            id uuid NOT NULL,
            batch_id uuid NOT NULL,
            members integer NOT NULL CHECK (members >= 0),
            ordered_at timestamptz NOT NULL DEFAULT now(),
            done_at timestamptz,
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id)
        );
        CREATE INDEX voucher_orders_open_idx ON voucher_orders (zone_id, batch_id) WHERE done_at IS NULL;
    """)
    protect("voucher_orders", staff=Rule(read=ZONE, insert=f"{ZONE} AND done_at IS NULL"),
            worker=Rule(read=ZONE, update=ZONE, update_columns="done_at"))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE voucher_orders")
