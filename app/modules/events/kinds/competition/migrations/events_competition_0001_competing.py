"""Rounds and their criteria, teams, contestants and how they start in each round, and their certificates.

Revision ID: events_competition_0001
"""

from alembic import op

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
    team_from smallint CHECK (team_from BETWEEN 2 AND 30),
    team_to smallint CHECK (team_to BETWEEN 2 AND 30),
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
    CONSTRAINT events_competition_rounds_teams CHECK (num_nulls(team_from, team_to) IN (0, 2) AND (team_from <= team_to) IS NOT FALSE),
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

CREATE TABLE events_competition_teams (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 30),
    founded_at timestamptz NOT NULL DEFAULT now(),
    dissolved_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE UNIQUE INDEX events_competition_teams_name ON events_competition_teams (zone_id, campaign_id, name) WHERE dissolved_at IS NULL;

CREATE TABLE events_competition_team_members (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    team_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid,
    name text NOT NULL CHECK (name <> '' AND char_length(name) <= 40),
    union_id uuid,
    union_path text COLLATE "C",
    is_captain boolean NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, team_id) REFERENCES events_competition_teams (zone_id, campaign_id, id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) ON UPDATE CASCADE,
    CONSTRAINT events_competition_team_members_whole CHECK (num_nulls(member_id, union_id, union_path) IN (0, 3))
);
CREATE UNIQUE INDEX events_competition_team_members_once ON events_competition_team_members (zone_id, campaign_id, account_id)
    WHERE left_at IS NULL;
CREATE UNIQUE INDEX events_competition_team_members_member_once ON events_competition_team_members (zone_id, campaign_id, member_id)
    WHERE left_at IS NULL AND member_id IS NOT NULL;
CREATE INDEX events_competition_team_members_team_idx ON events_competition_team_members (zone_id, team_id);
CREATE INDEX events_competition_team_members_account_idx ON events_competition_team_members (zone_id, account_id);

CREATE TABLE events_competition_contestants (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid,
    team_id uuid,
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
    CONSTRAINT events_competition_contestants_team_once UNIQUE (zone_id, team_id),
    FOREIGN KEY (zone_id, campaign_id, team_id) REFERENCES events_competition_teams (zone_id, campaign_id, id),
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

# The teams that somebody is in: their people read of each other, and of their team's registration.
OWN_TEAMS = """
CREATE FUNCTION own_competition_teams() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.team_id FROM events_competition_team_members m
    WHERE m.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND m.left_at IS NULL
        AND (m.account_id = nullif(current_setting('hall.account', true), '')::uuid
            OR m.member_id = nullif(current_setting('hall.member', true), '')::uuid)
$$;
"""

# A team has one captain, who founded it, and no more people than it may; nobody joins one that was handed in, and nobody leaves once
# the first round has begun. One's own row is one's own, but a captain takes others out. Looked at afterwards: what the policies refuse they refuse.
PEOPLE = """
CREATE FUNCTION keep_competition_team_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_round events_competition_rounds;
    is_own boolean := NEW.account_id = nullif(current_setting('hall.account', true), '')::uuid
        OR NEW.member_id = nullif(current_setting('hall.member', true), '')::uuid;
    there integer;
    fault text;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM nullif(current_setting('hall.zone', true), '')::uuid THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('events.competition.team.' || NEW.team_id, 0));
    SELECT r.* INTO first_round FROM events_competition_rounds r
        WHERE r.zone_id = NEW.zone_id AND r.campaign_id = NEW.campaign_id AND r.number = 1;
    SELECT count(*) INTO there FROM events_competition_team_members m
        WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.left_at IS NULL;
    IF TG_OP = 'INSERT' THEN
        IF NEW.is_captain <> NOT EXISTS (SELECT FROM events_competition_team_members m
                    WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.id <> NEW.id)
                OR NOT NEW.is_captain AND there = 1 THEN
            fault := 'captain';
        ELSIF EXISTS (SELECT FROM events_competition_contestants c
                WHERE c.zone_id = NEW.zone_id AND c.team_id = NEW.team_id AND c.state <> 'withdrawn') THEN
            fault := 'handed_in';
        ELSIF (there <= first_round.team_to) IS NOT TRUE THEN
            fault := 'full';
        ELSIF EXISTS (SELECT FROM events_competition_judges j WHERE j.zone_id = NEW.zone_id AND j.campaign_id = NEW.campaign_id
                AND j.account_id = NEW.account_id AND j.dismissed_at IS NULL) THEN
            fault := 'judge';
        END IF;
    ELSIF OLD.left_at IS NOT NULL OR OLD.member_id IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id
            OR is_own IS NOT TRUE AND NOT EXISTS (SELECT FROM events_competition_team_members m WHERE m.zone_id = NEW.zone_id
                AND m.team_id = NEW.team_id AND m.is_captain AND m.left_at IS NULL
                AND m.account_id = nullif(current_setting('hall.account', true), '')::uuid) THEN
        fault := 'own';
    ELSIF NEW.left_at IS NOT NULL AND first_round.state <> 'waiting' THEN
        fault := 'begun';
    ELSIF NEW.left_at IS NOT NULL AND NEW.is_captain AND there > 0 THEN
        fault := 'captain';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'team % can not be so', NEW.team_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_team_members_' || fault;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_competition_team_member AFTER INSERT OR UPDATE OF left_at, member_id, name, union_id ON events_competition_team_members
    FOR EACH ROW EXECUTE FUNCTION keep_competition_team_member();

CREATE FUNCTION follow_competition_team() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    there integer;
    guests integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE m.member_id IS NULL) INTO there, guests FROM events_competition_team_members m
        WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.left_at IS NULL;
    UPDATE events_competition_contestants c SET state = 'withdrawn'
        FROM events_competition_rounds r
        WHERE c.zone_id = NEW.zone_id AND c.team_id = NEW.team_id AND c.state IN ('guest', 'registered')
            AND r.zone_id = c.zone_id AND r.campaign_id = c.campaign_id AND r.number = 1 AND there < r.team_from;
    UPDATE events_competition_contestants c
        SET state = 'registered', member_id = m.member_id, union_id = m.union_id, union_path = m.union_path
        FROM events_competition_team_members m
        WHERE c.zone_id = NEW.zone_id AND c.team_id = NEW.team_id AND c.state = 'guest' AND guests = 0
            AND m.zone_id = c.zone_id AND m.team_id = c.team_id AND m.is_captain AND m.left_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_competition_team AFTER UPDATE OF left_at, member_id ON events_competition_team_members FOR EACH ROW
    EXECUTE FUNCTION follow_competition_team();

CREATE FUNCTION keep_team_contestant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_round events_competition_rounds;
    there integer;
    guests integer;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM nullif(current_setting('hall.zone', true), '')::uuid OR NEW.state NOT IN ('guest', 'registered') THEN
        RETURN NULL;
    END IF;
    SELECT r.* INTO first_round FROM events_competition_rounds r
        WHERE r.zone_id = NEW.zone_id AND r.campaign_id = NEW.campaign_id AND r.number = 1;
    SELECT count(*), count(*) FILTER (WHERE m.member_id IS NULL) INTO there, guests FROM events_competition_team_members m
        WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.left_at IS NULL;
    IF (NEW.team_id IS NULL) <> (first_round.team_from IS NULL)
            OR NEW.team_id IS NOT NULL AND (there NOT BETWEEN first_round.team_from AND first_round.team_to
                OR NEW.state = 'registered' AND guests > 0
                OR NOT EXISTS (SELECT FROM events_competition_team_members m WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id
                    AND m.is_captain AND m.left_at IS NULL AND m.account_id = NEW.account_id)) THEN
        RAISE EXCEPTION 'contestant % is not as those who compete here', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_contestants_team';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_team_contestant AFTER INSERT OR UPDATE OF state, team_id, account_id ON events_competition_contestants FOR EACH ROW
    EXECUTE FUNCTION keep_team_contestant();
"""

CONTESTANTS = """
CREATE FUNCTION keep_contestant() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY['guest>registered', 'guest>withdrawn', 'guest>excluded',
            'registered>withdrawn', 'registered>excluded', 'withdrawn>guest', 'withdrawn>registered']) THEN
        RAISE EXCEPTION 'contestant % takes no such step', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_contestants_steps';
    END IF;
    IF OLD.member_id IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id THEN
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
FUNCTIONS = (
    "number_contestant()", "keep_contestant()", "keep_competition_start()", "own_competition_teams()", "keep_competition_team_member()",
    "follow_competition_team()", "keep_team_contestant()",
)  # fmt: skip
WITH_THE_OWNER_S_RIGHTS = "number_contestant(), own_competition_teams(), keep_competition_team_member(), follow_competition_team(), keep_team_contestant()"
TABLE_NAMES = ("certificates", "starts", "contestants", "team_members", "teams", "criteria", "rounds")

ACCOUNT = "account_id = nullif(current_setting('hall.account', true), '')::uuid"
THEIRS = f"{ZONE} AND ({OWN} OR {ACCOUNT})"
IN_THE_TEAM = "team_id IN (SELECT own_competition_teams())"
CAPTAIN = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_team_members m WHERE m.zone_id = events_competition_teams.zone_id
    AND m.team_id = events_competition_teams.id AND m.is_captain AND m.left_at IS NULL AND (m.{OWN} OR m.{ACCOUNT}))"""  # noqa: S608 - constants only
CHANGED_BY_MEMBERS = "state, member_id, team_id, union_id, union_path, name, shown"
PUBLIC_OF_A_CERTIFICATE = (
    "zone_id, id, campaign_id, contestant_id, holder_id, team, serial, award, masked_name, issued_at, revoked_at"
)
PUBLISHED = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_rounds r WHERE r.zone_id = events_competition_starts.zone_id
    AND r.id = events_competition_starts.round_id AND r.state IN ('published', 'done'))"""  # noqa: S608 - constants only


def _being_announced(table: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, NUMBERS, OWN_TEAMS, PEOPLE, CONTESTANTS, STARTS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute(f"REVOKE ALL ON FUNCTION {WITH_THE_OWNER_S_RIGHTS} FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION own_competition_teams() TO hall_member")
    protect("events_competition_rounds", member=Rule(read=ZONE), worker=Rule(read=ZONE), owner=Rule(read="true", update="true"),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_rounds"), update=ZONE,
                       update_columns="state, version, published_at, appeals_until"))  # fmt: skip
    protect("events_competition_criteria", member=Rule(read=ZONE), worker=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_criteria")))  # fmt: skip
    protect("events_competition_teams", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=ZONE, insert=ZONE, update=CAPTAIN, update_columns="dissolved_at"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_member_update ON events_competition_teams WITH CHECK ({ZONE})")
    protect("events_competition_team_members", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND ({OWN} OR {ACCOUNT} OR {IN_THE_TEAM})",
                        insert=f"{ZONE} AND {ACCOUNT} AND (member_id IS NULL OR {OWN})", update=f"{ZONE} AND {IN_THE_TEAM}",
                        update_columns="left_at, member_id, name, union_id, union_path"))  # fmt: skip
    op.execute(f"""ALTER POLICY hall_member_update ON events_competition_team_members
        WITH CHECK ({ZONE} AND (left_at IS NOT NULL OR {ACCOUNT} AND (member_id IS NULL OR {OWN})))""")
    protect("events_competition_contestants", owner=Rule(read="true", update="true"),
            member=Rule(read=f"{THEIRS} OR {ZONE} AND {IN_THE_TEAM}", insert=f"{ZONE} AND {ACCOUNT} AND (member_id IS NULL OR {OWN})", update=THEIRS,
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
