"""Sessions, registrations, and who keeps the door.

Revision ID: events_signup_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_signup_0001"
down_revision = None
branch_labels = ("events_signup",)
depends_on = "events_0002"

TABLES = """
CREATE TABLE events_signup_sessions (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 60),
    venue text NOT NULL CHECK (venue <> '' AND char_length(venue) <= 120),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    sign_up_until timestamptz NOT NULL,
    seats integer NOT NULL CHECK (seats BETWEEN 1 AND 5000),
    taken integer NOT NULL DEFAULT 0,
    waiting integer NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    last_place integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    cancelled_at timestamptz,
    reason text NOT NULL DEFAULT '',
    reminded_day_at timestamptz,
    reminded_hours_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
    CONSTRAINT events_signup_sessions_times CHECK (starts_at < ends_at AND sign_up_until <= ends_at),
    CONSTRAINT events_signup_sessions_seats CHECK (taken BETWEEN 0 AND seats),
    CONSTRAINT events_signup_sessions_reason CHECK (cancelled_at IS NULL OR reason <> '')
);
CREATE INDEX events_signup_sessions_coming_idx ON events_signup_sessions (zone_id, starts_at) WHERE cancelled_at IS NULL;

CREATE TABLE events_signup_registrations (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    session_id uuid NOT NULL,
    member_id uuid NOT NULL,
    serial text COLLATE "C" NOT NULL CHECK (serial ~ '^[0-9A-Z]{10}$'),
    state text NOT NULL CHECK (state IN ('registered', 'waiting', 'offered', 'attended', 'missed', 'cancelled')),
    place integer NOT NULL CONSTRAINT events_signup_registrations_taken CHECK (place > 0),
    note_cipher bytea NOT NULL,
    confirm_until timestamptz,
    registered_at timestamptz NOT NULL DEFAULT now(),
    attended_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_signup_registrations_serial UNIQUE (zone_id, serial),
    CONSTRAINT events_signup_registrations_place UNIQUE (zone_id, session_id, place),
    FOREIGN KEY (zone_id, campaign_id, session_id) REFERENCES events_signup_sessions (zone_id, campaign_id, id),
    CONSTRAINT events_signup_registrations_offered CHECK ((state = 'offered') <= (confirm_until IS NOT NULL)),
    CONSTRAINT events_signup_registrations_attended CHECK ((state = 'attended') = (attended_at IS NOT NULL))
);
CREATE UNIQUE INDEX events_signup_registrations_once ON events_signup_registrations (zone_id, session_id, member_id)
    WHERE state <> 'cancelled';
CREATE INDEX events_signup_registrations_member_idx ON events_signup_registrations (zone_id, member_id, campaign_id);

CREATE TABLE events_signup_doorkeepers (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    until timestamptz NOT NULL,
    named_by_name text NOT NULL,
    named_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE UNIQUE INDEX events_signup_doorkeepers_once ON events_signup_doorkeepers (zone_id, campaign_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX events_signup_doorkeepers_account_idx ON events_signup_doorkeepers (zone_id, account_id);
"""

# Who comes while nobody waits has a seat as long as there are any; whoever comes then waits, in the order of coming. Both are
# counted in the session's one row, which makes two who come at once wait for each other.
SEATS = """
CREATE FUNCTION seat_signup() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    seated CONSTANT text[] := ARRAY['registered', 'offered', 'attended', 'missed'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE events_signup_sessions SET taken = taken + 1, last_place = last_place + 1
            WHERE zone_id = NEW.zone_id AND id = NEW.session_id AND cancelled_at IS NULL AND taken < seats AND waiting = 0
            RETURNING last_place INTO NEW.place;
        NEW.state := 'registered';
        IF NOT FOUND THEN
            UPDATE events_signup_sessions SET waiting = waiting + 1, last_place = last_place + 1
                WHERE zone_id = NEW.zone_id AND id = NEW.session_id AND cancelled_at IS NULL
                RETURNING last_place INTO NEW.place;
            NEW.state := 'waiting';
        END IF;
        NEW.place := coalesce(NEW.place, 0);
        RETURN NEW;
    END IF;
    IF OLD.state || '>' || NEW.state <> ALL (ARRAY['waiting>offered', 'waiting>cancelled', 'offered>registered', 'offered>cancelled',
            'registered>cancelled', 'registered>attended', 'registered>missed', 'missed>attended', 'offered>attended']) THEN
        RAISE EXCEPTION 'registration % takes no such step', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_signup_registrations_steps';
    END IF;
    UPDATE events_signup_sessions SET
            taken = taken + (NEW.state = ANY (seated))::int - (OLD.state = ANY (seated))::int,
            waiting = waiting - (OLD.state = 'waiting')::int
        WHERE zone_id = NEW.zone_id AND id = NEW.session_id;
    RETURN NEW;
END $$;
CREATE TRIGGER seat_signup_coming BEFORE INSERT ON events_signup_registrations FOR EACH ROW EXECUTE FUNCTION seat_signup();
CREATE TRIGGER seat_signup_step BEFORE UPDATE ON events_signup_registrations FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION seat_signup();
"""

# What is reviewed stays; what was announced keeps its name, and is moved in the open.
KEPT = """
CREATE FUNCTION keep_signup_session() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    stands text;
BEGIN
    SELECT c.state INTO stands FROM events_campaigns c WHERE c.zone_id = OLD.zone_id AND c.id = OLD.campaign_id;
    IF stands IN ('submitted', 'reviewed')
        OR stands IS DISTINCT FROM 'draft' AND (OLD.title, OLD.campaign_id) IS DISTINCT FROM (NEW.title, NEW.campaign_id) THEN
        RAISE EXCEPTION 'session % is kept', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_signup_sessions_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_signup_session BEFORE UPDATE OF title, campaign_id, venue, starts_at, ends_at, sign_up_until, seats
    ON events_signup_sessions FOR EACH ROW EXECUTE FUNCTION keep_signup_session();
"""
# Members read their own registrations alone; how many wait before them is told as a number.
STANDING = """
CREATE FUNCTION signups_waiting(session uuid, until_place integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM events_signup_registrations r
    WHERE r.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND r.session_id = session AND r.state = 'waiting'
      AND r.place <= until_place
$$;
"""
STANDING_SIGNATURE = "signups_waiting(uuid, integer)"
FUNCTIONS = ("seat_signup", "keep_signup_session")


def _campaign(condition: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = events_signup_sessions.zone_id
        AND c.id = events_signup_sessions.campaign_id AND {condition})"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SEATS)
    op.execute(KEPT)
    op.execute(STANDING)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION seat_signup() FROM PUBLIC")
    op.execute(f"ALTER FUNCTION {STANDING_SIGNATURE} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {STANDING_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {STANDING_SIGNATURE} TO hall_member, hall_staff, hall_worker")
    draft = _campaign("c.state = 'draft'")
    written = "title, venue, starts_at, ends_at, sign_up_until, seats, version, cancelled_at, reason, reminded_day_at, reminded_hours_at"
    protect("events_signup_sessions",
            member=Rule(read=_campaign("c.frozen_at IS NOT NULL")),
            staff=Rule(read=ZONE, insert=draft, update=ZONE, delete=draft, update_columns=written),
            worker=Rule(read=ZONE, update=ZONE, update_columns="reminded_day_at, reminded_hours_at"),
            owner=Rule(read="true", update="true"))  # fmt: skip
    own = f"{ZONE} AND {OWN}"
    protect("events_signup_registrations",
            member=Rule(read=own, insert=own, update=own, update_columns="state, attended_at"),
            staff=Rule(read=ZONE, update=ZONE, update_columns="state, attended_at"),
            worker=Rule(read=ZONE, update=ZONE, update_columns="state, confirm_until"),
            owner=Rule(read="true"))  # fmt: skip
    protect(
        "events_signup_doorkeepers", staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="until, ended_at")
    )
    # A member confirms, gives back, comes; a seat is offered by others.
    op.execute(f"""ALTER POLICY hall_member_update ON events_signup_registrations
        WITH CHECK ({own} AND state IN ('registered', 'cancelled', 'attended'))""")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {STANDING_SIGNATURE}")
    op.execute("DROP TABLE events_signup_doorkeepers, events_signup_registrations, events_signup_sessions")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
