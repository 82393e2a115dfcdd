"""Prizes of campaigns and who won them.

Revision ID: events_0003
"""

from alembic import op

from tenants.policies import OWNER, ZONE, Rule, protect

revision = "events_0003"
down_revision = "events_0002"
branch_labels = None
depends_on = "benefits_0009"

TABLES = """
CREATE TABLE events_prizes (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    rank integer NOT NULL CHECK (rank > 0),
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 40),
    batch_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    value_cents bigint NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    UNIQUE (zone_id, campaign_id, rank),
    UNIQUE (zone_id, campaign_id, batch_id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id),
    CONSTRAINT events_prizes_highest CHECK (value_cents BETWEEN 0 AND 5000000)
);
CREATE TABLE events_wins (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    prize_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    place integer NOT NULL CHECK (place > 0),
    masked_name text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('given', 'before', 'none-left', 'enough', 'capped', 'over', 'closed')),
    rule_id uuid,
    holds boolean NOT NULL,
    won_at timestamptz NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, place),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, prize_id) REFERENCES events_prizes (zone_id, campaign_id, id)
);
CREATE UNIQUE INDEX events_wins_piece_idx ON events_wins (zone_id, prize_id, number) WHERE holds;
"""

# No more pieces are won than there are; of a win nothing changes but that its piece goes to somebody else.
KEPT = """
CREATE FUNCTION keep_win() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.number > (SELECT p.quantity FROM events_prizes p WHERE p.zone_id = NEW.zone_id AND p.id = NEW.prize_id) THEN
        RAISE EXCEPTION 'prize % has no piece %', NEW.prize_id, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_wins_within';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.holds OR NOT OLD.holds OR (OLD.id, OLD.campaign_id, OLD.prize_id, OLD.number, OLD.place, OLD.masked_name,
            OLD.outcome, OLD.rule_id, OLD.won_at) IS DISTINCT FROM (NEW.id, NEW.campaign_id, NEW.prize_id, NEW.number, NEW.place,
            NEW.masked_name, NEW.outcome, NEW.rule_id, NEW.won_at)) THEN
        RAISE EXCEPTION 'win % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_wins_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_win BEFORE INSERT OR UPDATE ON events_wins FOR EACH ROW EXECUTE FUNCTION keep_win();
"""
PUBLIC = "zone_id, id, campaign_id, prize_id, number, place, masked_name, outcome, holds, won_at"
BEING_ANNOUNCED = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = events_prizes.zone_id
    AND c.id = events_prizes.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(KEPT)
    op.execute(f"ALTER FUNCTION keep_win OWNER TO {OWNER}")
    protect("events_prizes",
            member=Rule(read=ZONE), staff=Rule(read=ZONE, insert=BEING_ANNOUNCED), worker=Rule(read=ZONE))  # fmt: skip
    protect("events_wins",
            member=Rule(read=ZONE, read_columns=PUBLIC), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="holds"))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_wins, events_prizes")
    op.execute("DROP FUNCTION keep_win")
