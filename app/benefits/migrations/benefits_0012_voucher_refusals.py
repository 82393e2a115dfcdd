"""Whom a spending rule kept from a voucher when a batch was given to many.

Revision ID: benefits_0012
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "benefits_0012"
down_revision = "benefits_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voucher_refusals (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            batch_id uuid NOT NULL,
            list_id uuid NOT NULL,
            member_id uuid NOT NULL,
            rule_id uuid REFERENCES policy_rules (id),
            refused_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (zone_id, id),
            CONSTRAINT voucher_refusals_once UNIQUE (zone_id, batch_id, list_id, member_id),
            FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id)
        )
    """)
    protect("voucher_refusals", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE voucher_refusals")
