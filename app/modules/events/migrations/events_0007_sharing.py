"""Campaigns of the city in the zones below it, where each may hold them with prizes of its own.

Revision ID: events_0007
"""

from alembic import op

from tenants.paths import LABEL_WIDTH
from tenants.policies import ZONE, Rule, protect

revision = "events_0007"
down_revision = "events_0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE events_shared_campaigns (
    id uuid PRIMARY KEY,
    origin_zone_id uuid NOT NULL REFERENCES zones (id),
    origin_union_path text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    rules_html text NOT NULL,
    cover_file_id uuid,
    hosts jsonb NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    settings jsonb NOT NULL
);
CREATE INDEX events_shared_campaigns_time_idx ON events_shared_campaigns (closes_at, id);

CREATE TABLE events_shared_counts (
    shared_id uuid NOT NULL,
    held_in uuid NOT NULL REFERENCES zones (id),
    origin_zone_id uuid NOT NULL REFERENCES zones (id),
    entries integer NOT NULL CHECK (entries >= 0),
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (shared_id, held_in)
);
"""
COLUMNS = """
ALTER TABLE events_campaigns
    ADD COLUMN shared_down boolean NOT NULL DEFAULT false,
    ADD COLUMN shared_id uuid;
CREATE UNIQUE INDEX events_campaigns_taken_up ON events_campaigns (zone_id, shared_id)
    WHERE shared_id IS NOT NULL AND state <> 'cancelled';
GRANT UPDATE (shared_down) ON events_campaigns TO hall_staff;
"""
PATH = "nullif(current_setting('hall.path', true), '')"
ORIGIN = ZONE.replace("zone_id", "origin_zone_id", 1)
# Only a zone of the root union shares, and only what is its own: the city's own.
CITY_ITSELF = f"{ORIGIN} AND origin_union_path = {PATH} AND length(origin_union_path) = {LABEL_WIDTH + 1}"
BELOW = f"left({PATH}, length(origin_union_path)) = origin_union_path"
HERE = ZONE.replace("zone_id", "held_in", 1)


def upgrade() -> None:
    op.execute(TABLES)
    writes = {"insert": CITY_ITSELF, "update": CITY_ITSELF, "delete": CITY_ITSELF}
    protect("events_shared_campaigns", member=Rule(read=BELOW), staff=Rule(read=BELOW, **writes),
            worker=Rule(read=BELOW, **writes))  # fmt: skip
    protect("events_shared_counts", staff=Rule(read=ORIGIN),
            worker=Rule(read=HERE, insert=HERE, update=HERE, update_columns="entries, counted_at"))  # fmt: skip
    op.execute(COLUMNS)


def downgrade() -> None:
    op.execute("ALTER TABLE events_campaigns DROP COLUMN shared_id, DROP COLUMN shared_down")
    op.execute("DROP TABLE events_shared_counts, events_shared_campaigns")
