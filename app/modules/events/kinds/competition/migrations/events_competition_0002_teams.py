"""Teams and who is in them: a team that was handed in is one contestant.

Revision ID: events_competition_0002
"""

from alembic import op

from app.modules.events.kinds.competition.policies import ACCOUNT, IN_THE_TEAM, THEIRS
from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_competition_0002"
down_revision = "events_competition_0001"
branch_labels = None
depends_on = None

TABLES = """
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

ALTER TABLE events_competition_rounds
    ADD team_from smallint CHECK (team_from BETWEEN 2 AND 30),
    ADD team_to smallint CHECK (team_to BETWEEN 2 AND 30),
    ADD CONSTRAINT events_competition_rounds_teams
        CHECK (num_nulls(team_from, team_to) IN (0, 2) AND (team_from <= team_to) IS NOT FALSE);
ALTER TABLE events_competition_contestants
    ADD team_id uuid,
    ADD CONSTRAINT events_competition_contestants_team_once UNIQUE (zone_id, team_id),
    ADD FOREIGN KEY (zone_id, campaign_id, team_id) REFERENCES events_competition_teams (zone_id, campaign_id, id);
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
FUNCTIONS = (
    "own_competition_teams()",
    "keep_competition_team_member()",
    "follow_competition_team()",
    "keep_team_contestant()",
)
CAPTAIN = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_team_members m WHERE m.zone_id = events_competition_teams.zone_id
    AND m.team_id = events_competition_teams.id AND m.is_captain AND m.left_at IS NULL AND (m.{OWN} OR m.{ACCOUNT}))"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, OWN_TEAMS, PEOPLE):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION own_competition_teams() TO hall_member")
    protect("events_competition_teams", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=ZONE, insert=ZONE, update=CAPTAIN, update_columns="dissolved_at"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_member_update ON events_competition_teams WITH CHECK ({ZONE})")
    protect("events_competition_team_members", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND ({OWN} OR {ACCOUNT} OR {IN_THE_TEAM})",
                        insert=f"{ZONE} AND {ACCOUNT} AND (member_id IS NULL OR {OWN})", update=f"{ZONE} AND {IN_THE_TEAM}",
                        update_columns="left_at, member_id, name, union_id, union_path"))  # fmt: skip
    op.execute(f"""ALTER POLICY hall_member_update ON events_competition_team_members
        WITH CHECK ({ZONE} AND (left_at IS NOT NULL OR {ACCOUNT} AND (member_id IS NULL OR {OWN})))""")
    op.execute("GRANT UPDATE (team_id) ON events_competition_contestants TO hall_member")
    op.execute(
        f"ALTER POLICY hall_member_select ON events_competition_contestants USING ({THEIRS} OR {ZONE} AND {IN_THE_TEAM})"
    )


def downgrade() -> None:
    op.execute(f"ALTER POLICY hall_member_select ON events_competition_contestants USING ({THEIRS})")
    op.execute("DROP TRIGGER keep_team_contestant ON events_competition_contestants")
    op.execute("""
        ALTER TABLE events_competition_contestants DROP team_id;
        ALTER TABLE events_competition_rounds DROP team_from, DROP team_to;
        DROP TABLE events_competition_team_members, events_competition_teams;
    """)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
