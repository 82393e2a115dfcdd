"""Rounds and their criteria, contestants and how they start in each round, and their certificates.

Revision ID: events_competition_0001
"""

from alembic import op

from app.modules.events.kinds.competition.policies import ACCOUNT, THEIRS
from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_competition_0001"
down_revision = None
branch_labels = ("events_competition",)
depends_on = "events_0003"

TABLES = """
CREATE TABLE events_competition_rounds (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number BETWEEN 1 AND 5),
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 40),
    mode text NOT NULL CHECK (mode IN ('onsite', 'online')),
    venue text NOT NULL CHECK (char_length(venue) <= 200),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    go_on integer CHECK (go_on > 0),
    is_last boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'open', 'closed', 'published', 'done')),
    last_number integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    published_at timestamptz,
    appeals_until timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    CONSTRAINT events_competition_rounds_number UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
    CONSTRAINT events_competition_rounds_times CHECK (starts_at < ends_at),
    CONSTRAINT events_competition_rounds_last CHECK ((go_on IS NULL) = is_last),
    CONSTRAINT events_competition_rounds_published CHECK (
        state NOT IN ('published', 'done') OR num_nulls(published_at, appeals_until) = 0)
);

CREATE TABLE events_competition_criteria (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 40),
    highest integer NOT NULL CHECK (highest BETWEEN 10 AND 10000),
    weight smallint NOT NULL CHECK (weight BETWEEN 1 AND 100),
    source text NOT NULL CHECK (source IN ('judges', 'sheet')),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_competition_criteria_number UNIQUE (zone_id, round_id, number),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id)
);

CREATE TABLE events_competition_contestants (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid,
    number integer NOT NULL,
    name text NOT NULL CHECK (name <> '' AND char_length(name) <= 40),
    shown text NOT NULL CHECK (shown IN ('masked', 'full')),
    union_id uuid,
    union_path text COLLATE "C",
    state text NOT NULL CHECK (state IN ('guest', 'registered', 'withdrawn', 'excluded')),
    reason text NOT NULL DEFAULT '',
    registered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    CONSTRAINT events_competition_contestants_once UNIQUE (zone_id, campaign_id, account_id),
    CONSTRAINT events_competition_contestants_number UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) ON UPDATE CASCADE,
    CONSTRAINT events_competition_contestants_member CHECK (state <> 'registered' OR num_nulls(member_id, union_id, union_path) = 0),
    CONSTRAINT events_competition_contestants_excluded CHECK (state <> 'excluded' OR reason <> '')
);
CREATE UNIQUE INDEX events_competition_contestants_member_once ON events_competition_contestants (zone_id, campaign_id, member_id)
    WHERE member_id IS NOT NULL;
CREATE INDEX events_competition_contestants_account_idx ON events_competition_contestants (zone_id, account_id);

CREATE TABLE events_competition_starts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    contestant_id uuid NOT NULL,
    number integer NOT NULL,
    shown_name text NOT NULL,
    union_id uuid REFERENCES unions (id),
    absent boolean NOT NULL DEFAULT false,
    measured integer[] NOT NULL DEFAULT '{}',
    score integer CHECK (score BETWEEN 0 AND 100000),
    tie_break integer,
    place integer CHECK (place > 0),
    goes_on boolean NOT NULL DEFAULT false,
    award text CHECK (award IN ('first', 'second', 'third')),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, round_id, id),
    CONSTRAINT events_competition_starts_once UNIQUE (zone_id, round_id, contestant_id),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id, contestant_id) REFERENCES events_competition_contestants (zone_id, campaign_id, id),
    CONSTRAINT events_competition_starts_whole CHECK (num_nulls(score, tie_break, place) IN (0, 3))
);
CREATE INDEX events_competition_starts_place_idx ON events_competition_starts (zone_id, round_id, place, number);
CREATE INDEX events_competition_starts_contestant_idx ON events_competition_starts (zone_id, contestant_id);

CREATE TABLE events_competition_certificates (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    contestant_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    team text NOT NULL DEFAULT '',
    serial text COLLATE "C" NOT NULL,
    award text NOT NULL CHECK (award IN ('first', 'second', 'third')),
    masked_name text NOT NULL,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text NOT NULL DEFAULT '',
    revoked_by_name text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_competition_certificates_serial UNIQUE (zone_id, serial),
    CONSTRAINT events_competition_certificates_once UNIQUE (zone_id, campaign_id, holder_id),
    FOREIGN KEY (zone_id, campaign_id, contestant_id) REFERENCES events_competition_contestants (zone_id, campaign_id, id),
    CONSTRAINT events_competition_certificates_revoked CHECK (revoked_at IS NULL OR revoked_reason <> '')
);
"""

# Numbers in the order of coming, counted in the first round's row.
NUMBERS = """
CREATE FUNCTION number_contestant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE events_competition_rounds SET last_number = last_number + 1
        WHERE zone_id = NEW.zone_id AND campaign_id = NEW.campaign_id AND number = 1 AND state = 'waiting'
        RETURNING last_number INTO NEW.number;
    RETURN NEW;
END $$;
CREATE TRIGGER number_contestant BEFORE INSERT ON events_competition_contestants FOR EACH ROW EXECUTE FUNCTION number_contestant();
"""

# Nobody becomes somebody else; a team's registration follows its captain, by a trigger of the owner.
CONTESTANTS = """
CREATE FUNCTION keep_contestant() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY['guest>registered', 'guest>withdrawn', 'guest>excluded',
            'registered>withdrawn', 'registered>excluded', 'withdrawn>guest', 'withdrawn>registered']) THEN
        RAISE EXCEPTION 'contestant % takes no such step', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_contestants_steps';
    END IF;
    IF OLD.member_id IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id AND current_user <> 'hall_owner' THEN
        RAISE EXCEPTION 'contestant % stays who they are', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_contestants_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_contestant BEFORE UPDATE ON events_competition_contestants FOR EACH ROW EXECUTE FUNCTION keep_contestant();
"""

# Nobody who is no member yet starts in the last round, and what was ranked stays while its round is not open.
STARTS = """
CREATE FUNCTION keep_competition_start() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    held events_competition_rounds;
    stands text;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM nullif(current_setting('hall.zone', true), '')::uuid THEN
        RETURN NEW; -- the policies refuse it
    END IF;
    SELECT r.* INTO held FROM events_competition_rounds r WHERE r.zone_id = NEW.zone_id AND r.id = NEW.round_id;
    SELECT c.state INTO stands FROM events_competition_contestants c WHERE c.zone_id = NEW.zone_id AND c.id = NEW.contestant_id;
    IF TG_OP = 'INSERT' AND (stands IS NULL OR stands NOT IN ('guest', 'registered') OR stands = 'guest' AND held.is_last) THEN
        RAISE EXCEPTION 'contestant % may not start', NEW.contestant_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_starts_member';
    END IF;
    IF held.state IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'round % is not open', NEW.round_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_starts_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_start BEFORE INSERT OR UPDATE ON events_competition_starts FOR EACH ROW
    EXECUTE FUNCTION keep_competition_start();
"""
FUNCTIONS = ("number_contestant()", "keep_contestant()", "keep_competition_start()")
TABLE_NAMES = ("certificates", "starts", "contestants", "criteria", "rounds")

CHANGED_BY_MEMBERS = "state, member_id, union_id, union_path, name, shown"
PUBLIC_OF_A_CERTIFICATE = (
    "zone_id, id, campaign_id, contestant_id, holder_id, team, serial, award, masked_name, issued_at, revoked_at"
)
PUBLISHED = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_rounds r WHERE r.zone_id = events_competition_starts.zone_id
    AND r.id = events_competition_starts.round_id AND r.state IN ('published', 'done'))"""  # noqa: S608 - constants only


def _being_announced(table: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, NUMBERS, CONTESTANTS, STARTS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION number_contestant() FROM PUBLIC")
    protect("events_competition_rounds", member=Rule(read=ZONE), worker=Rule(read=ZONE), owner=Rule(read="true", update="true"),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_rounds"), update=ZONE,
                       update_columns="state, version, published_at, appeals_until"))  # fmt: skip
    protect("events_competition_criteria", member=Rule(read=ZONE), worker=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_criteria")))  # fmt: skip
    protect("events_competition_contestants", owner=Rule(read="true", update="true"),
            member=Rule(read=THEIRS, insert=f"{ZONE} AND {ACCOUNT} AND (member_id IS NULL OR {OWN})", update=THEIRS,
                        update_columns=CHANGED_BY_MEMBERS),
            staff=Rule(read=ZONE, update=ZONE, update_columns="state, reason"), worker=Rule(read=ZONE))  # fmt: skip
    op.execute(f"""ALTER POLICY hall_member_update ON events_competition_contestants
        WITH CHECK ({THEIRS} AND state <> 'excluded' AND (member_id IS NULL OR {OWN}))""")
    protect("events_competition_starts", member=Rule(read=PUBLISHED),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="absent, measured, score, tie_break, place, goes_on, award"),
            worker=Rule(read=ZONE))  # fmt: skip
    protect("events_competition_certificates", member=Rule(read=ZONE, read_columns=PUBLIC_OF_A_CERTIFICATE),
            staff=Rule(read=ZONE, insert=ZONE, update=f"{ZONE} AND revoked_at IS NULL",
                       update_columns="revoked_at, revoked_reason, revoked_by_name"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON events_competition_certificates WITH CHECK ({ZONE})")


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(f'events_competition_{name}' for name in TABLE_NAMES)}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
