"""Teams of a quiz and who is in them; a member's best result stands for their team from the first paper they hand in.

Revision ID: events_quiz_0004
"""

from alembic import op

from tenants.policies import OWN, OWNER, RUNNING_ZONE, ZONE, Rule, protect

revision = "events_quiz_0004"
down_revision = "events_quiz_0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE events_quiz_teams (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 2 AND 30),
    most smallint NOT NULL CHECK (most BETWEEN 2 AND 30),
    founded_at timestamptz NOT NULL DEFAULT now(),
    dissolved_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE UNIQUE INDEX events_quiz_teams_name ON events_quiz_teams (zone_id, campaign_id, name) WHERE dissolved_at IS NULL;

CREATE TABLE events_quiz_team_members (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    team_id uuid NOT NULL,
    member_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    is_captain boolean NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, team_id) REFERENCES events_quiz_teams (zone_id, campaign_id, id)
);
CREATE UNIQUE INDEX events_quiz_team_members_once ON events_quiz_team_members (zone_id, campaign_id, member_id) WHERE left_at IS NULL;
CREATE INDEX events_quiz_team_members_team_idx ON events_quiz_team_members (zone_id, team_id);

ALTER TABLE events_quiz_scores
    ADD team_id uuid,
    ADD FOREIGN KEY (zone_id, campaign_id, team_id) REFERENCES events_quiz_teams (zone_id, campaign_id, id);
CREATE INDEX events_quiz_scores_team_idx ON events_quiz_scores (zone_id, campaign_id, team_id, points DESC, milliseconds, reached_at, id)
    WHERE team_id IS NOT NULL;
"""

OWN_TEAMS = f"""
CREATE FUNCTION own_quiz_teams() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.team_id FROM events_quiz_team_members m WHERE m.{ZONE} AND m.{OWN} AND m.left_at IS NULL
$$;
"""  # noqa: S608 - constants only

# A team has one captain, who founded it and leaves last, and no more people than it may. From the first paper that anybody in it has
# begun nobody comes or goes: who begins one and who comes or goes wait for each other (`trying`). One's own row is one's own, but a captain takes others
# out. Looked at afterwards: what the policies refuse they refuse.
PEOPLE = f"""
CREATE FUNCTION keep_quiz_team_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    there integer;
    fault text;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM {RUNNING_ZONE} THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('events.quiz.team.' || NEW.team_id, 0));
    SELECT count(*) INTO there FROM events_quiz_team_members m
        WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.left_at IS NULL;
    IF EXISTS (SELECT FROM events_quiz_attempts a JOIN events_quiz_team_members m
            ON m.zone_id = a.zone_id AND m.campaign_id = a.campaign_id AND m.member_id = a.member_id
            WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND (m.left_at IS NULL OR m.id = NEW.id)) THEN
        fault := 'fixed';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.is_captain <> NOT EXISTS (SELECT FROM events_quiz_team_members m
                WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.id <> NEW.id)
                OR NOT NEW.is_captain AND there = 1 THEN
            fault := 'captain';
        ELSIF there > (SELECT t.most FROM events_quiz_teams t WHERE t.zone_id = NEW.zone_id AND t.id = NEW.team_id) THEN
            fault := 'full';
        END IF;
    ELSIF OLD.left_at IS NOT NULL OR (NEW.{OWN}) IS NOT TRUE AND NOT EXISTS (SELECT FROM events_quiz_team_members m
            WHERE m.zone_id = NEW.zone_id AND m.team_id = NEW.team_id AND m.is_captain AND m.left_at IS NULL AND m.{OWN}) THEN
        fault := 'own';
    ELSIF NEW.is_captain AND there > 0 THEN
        fault := 'captain';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'team % can not be so', NEW.team_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_quiz_team_members_' || fault;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_quiz_team_member AFTER INSERT OR UPDATE OF left_at ON events_quiz_team_members
    FOR EACH ROW EXECUTE FUNCTION keep_quiz_team_member();
"""  # noqa: S608 - constants only
# Members read their own papers alone; that somebody of their team has begun one they are told.
BEGUN = f"""
CREATE FUNCTION quiz_team_has_begun(team uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM events_quiz_attempts a JOIN events_quiz_team_members m
        ON m.zone_id = a.zone_id AND m.campaign_id = a.campaign_id AND m.member_id = a.member_id
        WHERE m.{ZONE} AND m.team_id = team AND m.left_at IS NULL)
$$;
"""  # noqa: S608 - constants only
FUNCTIONS = ("own_quiz_teams()", "quiz_team_has_begun(uuid)", "keep_quiz_team_member()")
CAPTAIN = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_quiz_team_members m WHERE m.zone_id = events_quiz_teams.zone_id
    AND m.team_id = events_quiz_teams.id AND m.is_captain AND m.left_at IS NULL AND m.{OWN})"""  # noqa: S608 - constants only
IN_THE_TEAM = "team_id IN (SELECT own_quiz_teams())"


def upgrade() -> None:
    for statement in (TABLES, OWN_TEAMS, BEGUN, PEOPLE):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in ("own_quiz_teams()", "quiz_team_has_begun(uuid)"):
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO hall_member")
    protect("events_quiz_teams", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=ZONE, insert=ZONE, update=CAPTAIN, update_columns="dissolved_at"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_member_update ON events_quiz_teams WITH CHECK ({ZONE})")
    protect("events_quiz_team_members", owner=Rule(read="true"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND ({OWN} OR {IN_THE_TEAM})", insert=f"{ZONE} AND {OWN}",
                        update=f"{ZONE} AND {IN_THE_TEAM}", update_columns="left_at"))  # fmt: skip
    op.execute(
        f"ALTER POLICY hall_member_update ON events_quiz_team_members WITH CHECK ({ZONE} AND left_at IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE events_quiz_scores DROP team_id")
    op.execute("DROP TABLE events_quiz_team_members, events_quiz_teams")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
