"""Days of grace for beans that were given back when their lot had ended, or nearly.

Revision ID: benefits_0005
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "benefits_0005"
down_revision = "benefits_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE bean_refund_graces (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            lot_id uuid NOT NULL,
            member_id uuid NOT NULL,
            until date NOT NULL,
            PRIMARY KEY (zone_id, id),
            CONSTRAINT bean_refund_graces_once UNIQUE (zone_id, lot_id, member_id, until),
            FOREIGN KEY (zone_id, lot_id) REFERENCES bean_lots (zone_id, id)
        )
    """)
    protect("bean_refund_graces", member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE bean_refund_graces")
