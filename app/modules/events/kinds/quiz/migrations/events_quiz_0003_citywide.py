"""One ranking over all zones that hold a quiz of the city: who holds it, its questions, and the ranking.

Revision ID: events_quiz_0003
"""

from alembic import op

from tenants.paths import LABEL_WIDTH
from tenants.policies import RUNNING_ZONE, Rule, protect

revision = "events_quiz_0003"
down_revision = "events_quiz_0002"
branch_labels = None
depends_on = "events_0007"

TABLES = """
CREATE TABLE events_quiz_holdings (
    shared_id uuid NOT NULL,
    held_in uuid NOT NULL REFERENCES zones (id),
    origin_zone_id uuid NOT NULL REFERENCES zones (id),
    origin_union_path text COLLATE "C" NOT NULL,
    sent_until timestamptz,
    done_at timestamptz,
    PRIMARY KEY (shared_id, held_in)
);

CREATE TABLE events_quiz_shared_questions (
    shared_id uuid NOT NULL REFERENCES events_shared_campaigns (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    origin_zone_id uuid NOT NULL REFERENCES zones (id),
    origin_union_path text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('single', 'multiple', 'true_false')),
    category text NOT NULL,
    prompt text NOT NULL,
    options text[] NOT NULL,
    right_options integer NOT NULL CHECK (right_options > 0),
    explanation text NOT NULL,
    PRIMARY KEY (shared_id, id)
);

CREATE TABLE events_quiz_standings (
    shared_id uuid NOT NULL,
    person bytea NOT NULL,
    held_in uuid NOT NULL,
    origin_union_path text COLLATE "C" NOT NULL,
    shown_name text NOT NULL,
    union_name text NOT NULL,
    points integer NOT NULL CHECK (points >= 0),
    milliseconds integer NOT NULL CHECK (milliseconds >= 0),
    reached_at timestamptz NOT NULL,
    PRIMARY KEY (shared_id, person),
    FOREIGN KEY (shared_id, held_in) REFERENCES events_quiz_holdings (shared_id, held_in)
);
CREATE INDEX events_quiz_standings_ranking_idx ON events_quiz_standings (shared_id, points DESC, milliseconds, reached_at, person);
"""

# Whoever takes part in two zones has one line, which the other zone changes too: only ever for the better.
BETTER = """
CREATE FUNCTION keep_quiz_standing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (-NEW.points, NEW.milliseconds, NEW.reached_at) >= (-OLD.points, OLD.milliseconds, OLD.reached_at) THEN
        RAISE EXCEPTION 'the better result stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_quiz_standings_better';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_quiz_standing BEFORE UPDATE ON events_quiz_standings FOR EACH ROW EXECUTE FUNCTION keep_quiz_standing();
"""
PATH = "nullif(current_setting('hall.path', true), '')"
BELOW = f"left({PATH}, length(origin_union_path)) = origin_union_path"
HERE = f"held_in = {RUNNING_ZONE}"
ORIGIN = f"origin_zone_id = {RUNNING_ZONE}"
CITY_ITSELF = f"{ORIGIN} AND origin_union_path = {PATH} AND length(origin_union_path) = {LABEL_WIDTH + 1}"
SHARED = "EXISTS (SELECT 1 FROM events_shared_campaigns c WHERE c.id = shared_id AND c.origin_zone_id = events_quiz_holdings.origin_zone_id)"
IN_THE_TABLE = f"{HERE} AND {BELOW}"
STILL_HELD = f"""{IN_THE_TABLE} AND EXISTS (SELECT 1 FROM events_quiz_holdings h
    WHERE h.shared_id = events_quiz_standings.shared_id AND h.{HERE} AND h.done_at IS NULL)"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(BETTER)
    protect("events_quiz_holdings", member=Rule(read=BELOW),
            staff=Rule(read=BELOW, insert=f"{IN_THE_TABLE} AND (({CITY_ITSELF}) OR {SHARED})"),
            worker=Rule(read=BELOW, update=HERE, update_columns="sent_until, done_at", delete=HERE))  # fmt: skip
    protect("events_quiz_shared_questions", staff=Rule(read=BELOW, insert=CITY_ITSELF))
    protect("events_quiz_standings", member=Rule(read=BELOW), staff=Rule(read=BELOW),
            worker=Rule(read=BELOW, insert=STILL_HELD, update=BELOW,
                        update_columns="held_in, shown_name, union_name, points, milliseconds, reached_at"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_worker_update ON events_quiz_standings WITH CHECK ({STILL_HELD})")


def downgrade() -> None:
    op.execute("DROP TABLE events_quiz_standings, events_quiz_shared_questions, events_quiz_holdings")
    op.execute("DROP FUNCTION keep_quiz_standing")
