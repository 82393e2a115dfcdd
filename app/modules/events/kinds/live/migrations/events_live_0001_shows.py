"""Streams, their counts, and who is to be reminded.

Revision ID: events_live_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "events_live_0001"
down_revision = None
branch_labels = ("events_live",)
depends_on = "events_0002"

TABLES = """
CREATE TABLE events_live_shows (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    stream_url text NOT NULL CHECK (stream_url LIKE 'https://%' AND char_length(stream_url) <= 500),
    replay_url text NOT NULL DEFAULT '' CHECK (replay_url = '' OR replay_url LIKE 'https://%' AND char_length(replay_url) <= 500),
    version integer NOT NULL DEFAULT 1,
    reminded_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_campaigns (zone_id, id)
);
CREATE TABLE events_live_counts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    show_id uuid NOT NULL,
    minute timestamptz NOT NULL,
    views bigint NOT NULL CHECK (views >= 0),
    likes bigint NOT NULL CHECK (likes >= 0),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_live_counts_minute UNIQUE (zone_id, show_id, minute),
    FOREIGN KEY (zone_id, show_id) REFERENCES events_live_shows (zone_id, id)
);
CREATE TABLE events_live_reminders (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    show_id uuid NOT NULL,
    member_id uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_live_reminders_once UNIQUE (zone_id, show_id, member_id),
    FOREIGN KEY (zone_id, show_id) REFERENCES events_live_shows (zone_id, id)
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    protect("events_live_shows",
            member=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="stream_url, replay_url, version"),
            worker=Rule(read=ZONE, update=ZONE, update_columns="reminded_at"))  # fmt: skip
    protect("events_live_counts",
            member=Rule(read=ZONE), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="views, likes"))  # fmt: skip
    own = f"{ZONE} AND {OWN}"
    protect("events_live_reminders",
            member=Rule(read=own, insert=own, delete=own), staff=Rule(read=ZONE), worker=Rule(read=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_live_reminders, events_live_counts, events_live_shows")
