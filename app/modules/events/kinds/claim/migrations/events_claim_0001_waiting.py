"""Who waits for vouchers that come back.

Revision ID: events_claim_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_claim_0001"
down_revision = None
branch_labels = ("events_claim",)
depends_on = "events_0002"

TABLE = """
CREATE TABLE events_claim_waiting (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    member_id uuid NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    state text NOT NULL CHECK (state IN ('waiting', 'given', 'left', 'refused', 'over')),
    rule_id uuid,
    joined_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_claim_waiting_once UNIQUE (zone_id, campaign_id, member_id),
    CONSTRAINT events_claim_waiting_place UNIQUE (zone_id, campaign_id, place),
    FOREIGN KEY (zone_id, campaign_id, member_id) REFERENCES events_entries (zone_id, campaign_id, member_id),
    CONSTRAINT events_claim_waiting_ended CHECK ((ended_at IS NULL) = (state = 'waiting')),
    CONSTRAINT events_claim_waiting_rule CHECK (rule_id IS NULL OR state = 'refused')
);
CREATE INDEX events_claim_waiting_line_idx ON events_claim_waiting (zone_id, campaign_id, place) WHERE state = 'waiting';
"""

# Nobody moves forward in the line, and what is over stays so; who was given one comes again only behind all others. Members read their own place alone; how many stand
# before them is told as a number.
LINE = """
CREATE FUNCTION keep_claim_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.place < OLD.place OR (OLD.campaign_id, OLD.member_id) IS DISTINCT FROM (NEW.campaign_id, NEW.member_id)
            OR OLD.state = 'over' OR (OLD.state = 'given' AND NEW.state <> 'waiting')
            OR (NEW.state = 'waiting' AND NEW.place = OLD.place) THEN
        RAISE EXCEPTION 'place % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_claim_waiting_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_claim_place BEFORE UPDATE ON events_claim_waiting FOR EACH ROW EXECUTE FUNCTION keep_claim_place();

CREATE FUNCTION claims_waiting(campaign uuid, until_place integer) RETURNS TABLE (standing bigint, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE w.place <= until_place), count(*) FROM events_claim_waiting w
    WHERE w.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND w.campaign_id = campaign AND w.state = 'waiting'
$$;
"""
# The turn first, then the look: each has a snapshot of its own, so that it sees who joined until nobody could any more. Many may claim at once, who changes
# the line does so alone.
HOLD = """
CREATE FUNCTION hold_claim_line(campaign uuid, turn text) RETURNS boolean LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(turn, 0));
    RETURN EXISTS (SELECT 1 FROM events_claim_waiting w
        WHERE w.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND w.campaign_id = campaign AND w.state = 'waiting');
END $$;
"""
HOLD_SIGNATURE = "hold_claim_line(uuid, text)"
COUNT_SIGNATURE = "claims_waiting(uuid, integer)"


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(LINE)
    op.execute(HOLD)
    own = f"{ZONE} AND {OWN}"
    protect("events_claim_waiting",
            member=Rule(read=own, update=f"{own} AND state = 'left'", update_columns="state, ended_at"),
            staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE,
                        update_columns="place, state, rule_id, joined_at, ended_at"),
            owner=Rule(read="true"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_member_update ON events_claim_waiting USING ({own} AND state = 'waiting')")
    for function in ("keep_claim_place()", COUNT_SIGNATURE, HOLD_SIGNATURE):
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {COUNT_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {COUNT_SIGNATURE} TO hall_member, hall_staff, hall_worker")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {HOLD_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {HOLD_SIGNATURE} TO hall_worker")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {COUNT_SIGNATURE}")
    op.execute(f"DROP FUNCTION {HOLD_SIGNATURE}")
    op.execute("DROP TABLE events_claim_waiting")
    op.execute("DROP FUNCTION keep_claim_place")
