"""Draws and the place of each entry.

Revision ID: events_0002
"""

from alembic import op

from tenants.policies import OWNER, ZONE, Rule, protect

revision = "events_0002"
down_revision = "events_0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE events_draws (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    seed_cipher bytea NOT NULL,
    commitment text NOT NULL CHECK (commitment ~ '^[0-9a-f]{64}$'),
    entrants integer,
    entrants_digest text CHECK (entrants_digest ~ '^[0-9a-f]{64}$'),
    seed text,
    drawn_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_campaigns (zone_id, id),
    CONSTRAINT events_draws_whole CHECK (num_nulls(entrants, entrants_digest, seed, drawn_at) IN (0, 4)),
    CONSTRAINT events_draws_committed CHECK (seed IS NULL OR encode(sha256(decode(seed, 'hex')), 'hex') = commitment)
);
CREATE TABLE events_draw_places (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    won boolean,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, place),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_draws (zone_id, id)
);
CREATE INDEX events_draw_places_waiting_idx ON events_draw_places (zone_id, campaign_id, place) WHERE won IS NULL;
"""

# Nothing of a draw changes but once, from drawn by nobody to drawn; nobody enters once the list is fixed.
KEPT = """
CREATE FUNCTION keep_draw() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.drawn_at IS NOT NULL OR (OLD.seed_cipher, OLD.commitment) IS DISTINCT FROM (NEW.seed_cipher, NEW.commitment) THEN
        RAISE EXCEPTION 'draw % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_draws_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_draw BEFORE UPDATE ON events_draws FOR EACH ROW EXECUTE FUNCTION keep_draw();
"""
DRAWN = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = events_draws.zone_id AND c.id = events_draws.id
    AND c.frozen_at IS NOT NULL)"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(KEPT)
    op.execute(f"ALTER FUNCTION keep_draw OWNER TO {OWNER}")
    protect("events_draws",
            member=Rule(read=DRAWN, read_columns="zone_id, id, commitment, entrants, entrants_digest, seed, drawn_at"),
            staff=Rule(read=ZONE, insert=f"{ZONE} AND drawn_at IS NULL",
                       read_columns="zone_id, id, commitment, entrants, entrants_digest, seed, drawn_at"),
            worker=Rule(read=ZONE, update=ZONE))  # fmt: skip
    protect("events_draw_places",
            member=Rule(read=ZONE), staff=Rule(read=ZONE), worker=Rule(read=ZONE, insert=ZONE, update=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_draw_places, events_draws")
    op.execute("DROP FUNCTION keep_draw")
