"""The days on which members register for a lottery that gives a chance for each.

Revision ID: events_lottery_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "events_lottery_0001"
down_revision = None
branch_labels = ("events_lottery",)
depends_on = "events_0004"

OPEN = """EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = events_lottery_days.zone_id
    AND c.id = events_lottery_days.campaign_id AND c.state IN ('frozen', 'open'))"""


def upgrade() -> None:
    op.execute("""
        CREATE TABLE events_lottery_days (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            campaign_id uuid NOT NULL,
            member_id uuid NOT NULL,
            registered_on date NOT NULL,
            PRIMARY KEY (zone_id, id),
            CONSTRAINT events_lottery_days_once UNIQUE (zone_id, campaign_id, member_id, registered_on),
            FOREIGN KEY (zone_id, campaign_id, member_id) REFERENCES events_entries (zone_id, campaign_id, member_id)
        )
    """)
    protect("events_lottery_days", worker=Rule(read=ZONE), staff=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{ZONE} AND {OWN} AND {OPEN}"))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_lottery_days")
