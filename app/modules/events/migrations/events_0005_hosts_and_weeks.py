"""Who holds a campaign, and the weeks that come again in which campaigns are held.

Revision ID: events_0005
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "events_0005"
down_revision = "events_0004"
branch_labels = None
depends_on = None

WEEKS = """
CREATE TABLE events_weeks (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 30),
    summary text NOT NULL CHECK (char_length(summary) <= 200),
    first_on date NOT NULL,
    last_on date NOT NULL,
    every text NOT NULL CHECK (every IN ('once', 'week', 'month', 'year')),
    state text NOT NULL CHECK (state IN ('draft', 'announced', 'ended')),
    version integer NOT NULL DEFAULT 1,
    ended_on date,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_weeks_days CHECK (last_on - first_on BETWEEN 0 AND 61),
    CONSTRAINT events_weeks_ended CHECK ((ended_on IS NOT NULL) = (state = 'ended')),
    CONSTRAINT events_weeks_apart CHECK (
        last_on - first_on < CASE every WHEN 'week' THEN 7 WHEN 'month' THEN 28 WHEN 'year' THEN 365 ELSE 62 END)
);
"""
COLUMNS = """
ALTER TABLE events_campaigns
    ADD COLUMN hosts jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(hosts) = 'array'),
    ADD COLUMN week_id uuid,
    ADD FOREIGN KEY (zone_id, week_id) REFERENCES events_weeks (zone_id, id);
CREATE INDEX events_campaigns_week_idx ON events_campaigns (zone_id, week_id, opens_at) WHERE week_id IS NOT NULL;
GRANT UPDATE (hosts, week_id) ON events_campaigns TO hall_staff;
"""


def upgrade() -> None:
    op.execute(WEEKS)
    protect(
        "events_weeks", member=Rule(read=f"{ZONE} AND state <> 'draft'"), worker=Rule(read=ZONE),
        staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'draft'", update=ZONE,
                   update_columns="title, summary, first_on, last_on, every, state, version, ended_on"),
    )  # fmt: skip
    op.execute(COLUMNS)


def downgrade() -> None:
    op.execute("ALTER TABLE events_campaigns DROP COLUMN week_id, DROP COLUMN hosts")
    op.execute("DROP TABLE events_weeks")
