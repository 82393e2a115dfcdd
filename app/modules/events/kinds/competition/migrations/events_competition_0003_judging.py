"""Judges, their sheets, and whom they recuse themselves from.

Revision ID: events_competition_0003
"""

from alembic import op

from app.modules.events.kinds.competition.policies import ACCOUNT, in_round, of_theirs
from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_competition_0003"
down_revision = "events_competition_0002"
branch_labels = None
depends_on = "events_0011"

TABLES = """
CREATE TABLE events_competition_judges (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid,
    name text NOT NULL,
    tied_paths text[] COLLATE "C" NOT NULL,
    appointed_by_name text NOT NULL,
    appointed_at timestamptz NOT NULL DEFAULT now(),
    dismissed_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, round_id, id),
    CONSTRAINT events_competition_judges_once UNIQUE (zone_id, round_id, account_id),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id)
);
CREATE INDEX events_competition_judges_account_idx ON events_competition_judges (zone_id, account_id);

CREATE TRIGGER refuse_own_appointment BEFORE INSERT OR UPDATE OF dismissed_at ON events_competition_judges FOR EACH ROW
    EXECUTE FUNCTION refuse_own_appointment();

CREATE TABLE events_competition_recusals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    start_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    reason text NOT NULL CHECK (reason <> '' AND char_length(reason) <= 200),
    recused_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_competition_recusals_once UNIQUE (zone_id, start_id, judge_id),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, round_id, start_id) REFERENCES events_competition_starts (zone_id, round_id, id),
    FOREIGN KEY (zone_id, round_id, judge_id) REFERENCES events_competition_judges (zone_id, round_id, id)
);
CREATE INDEX events_competition_recusals_round_idx ON events_competition_recusals (zone_id, round_id);

CREATE TABLE events_competition_sheets (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    start_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'signed', 'reopened')),
    tenths integer[] NOT NULL,
    version integer NOT NULL DEFAULT 1,
    signed_at timestamptz,
    reopened_for uuid,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_competition_sheets_once UNIQUE (zone_id, start_id, judge_id),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, round_id, start_id) REFERENCES events_competition_starts (zone_id, round_id, id),
    FOREIGN KEY (zone_id, round_id, judge_id) REFERENCES events_competition_judges (zone_id, round_id, id),
    CONSTRAINT events_competition_sheets_signed_at CHECK (state <> 'signed' OR signed_at IS NOT NULL)
);
CREATE INDEX events_competition_sheets_round_idx ON events_competition_sheets (zone_id, round_id);
"""

# Nobody takes part in what they judge; members don't read who else judges.
JUDGING = """
CREATE FUNCTION refuse_judge_as_contestant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND NEW.state IN ('guest', 'registered')
            AND EXISTS (SELECT FROM events_competition_judges j WHERE j.zone_id = NEW.zone_id AND j.campaign_id = NEW.campaign_id
                AND j.account_id = NEW.account_id AND j.dismissed_at IS NULL) THEN
        RAISE EXCEPTION 'contestant % judges', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_contestants_judge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_judge_as_contestant BEFORE INSERT OR UPDATE OF state ON events_competition_contestants FOR EACH ROW
    EXECUTE FUNCTION refuse_judge_as_contestant();
"""

SHEETS = """
CREATE FUNCTION keep_competition_sheet() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    judge events_competition_judges;
    contestant events_competition_contestants;
    stands text;
    fault text;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM nullif(current_setting('hall.zone', true), '')::uuid THEN
        RETURN NEW; -- the policies refuse it
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'signed' THEN
        IF NEW.state = 'reopened' AND NEW.tenths = OLD.tenths AND NEW.reopened_for IS DISTINCT FROM OLD.reopened_for AND (
                EXISTS (SELECT FROM events_competition_corrections c WHERE c.zone_id = NEW.zone_id AND c.id = NEW.reopened_for
                    AND c.sheet_id = NEW.id AND c.state = 'granted')
                OR EXISTS (SELECT FROM events_competition_appeals a WHERE a.zone_id = NEW.zone_id AND a.id = NEW.reopened_for
                    AND a.start_id = NEW.start_id AND a.state = 'accepted')) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'sheet % is signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_sheets_signed';
    END IF;
    SELECT j.* INTO judge FROM events_competition_judges j WHERE j.zone_id = NEW.zone_id AND j.id = NEW.judge_id;
    SELECT c.* INTO contestant FROM events_competition_starts s
        JOIN events_competition_contestants c ON c.zone_id = s.zone_id AND c.id = s.contestant_id
        WHERE s.zone_id = NEW.zone_id AND s.id = NEW.start_id;
    SELECT r.state INTO stands FROM events_competition_rounds r WHERE r.zone_id = NEW.zone_id AND r.id = NEW.round_id;
    IF stands IS DISTINCT FROM 'open' OR judge.dismissed_at IS NOT NULL
            OR judge.account_id IS DISTINCT FROM nullif(current_setting('hall.account', true), '')::uuid THEN
        fault := 'judge';
    ELSIF contestant.account_id = judge.account_id OR EXISTS (SELECT FROM unnest(judge.tied_paths) AS tie (path)
            WHERE on_one_line(tie.path, contestant.union_path, nullif(current_setting('hall.path', true), '')))
            OR EXISTS (SELECT FROM events_competition_team_members m
                LEFT JOIN unnest(judge.tied_paths) AS tie (path)
                    ON on_one_line(tie.path, m.union_path, nullif(current_setting('hall.path', true), ''))
                WHERE m.zone_id = NEW.zone_id AND m.team_id = contestant.team_id AND m.left_at IS NULL
                    AND (m.account_id = judge.account_id OR tie.path IS NOT NULL)) THEN
        fault := 'untied';
    ELSIF EXISTS (SELECT FROM events_competition_recusals x
            WHERE x.zone_id = NEW.zone_id AND x.start_id = NEW.start_id AND x.judge_id = NEW.judge_id) THEN
        fault := 'recused';
    ELSIF NEW.state = 'reopened' AND (TG_OP = 'INSERT' OR OLD.state <> 'reopened')
            OR TG_OP = 'UPDATE' AND OLD.state = 'reopened' AND NEW.state = 'open' THEN
        fault := 'steps';
    ELSIF NEW.state = 'signed' AND (
            cardinality(NEW.tenths) <> (SELECT count(*) FROM events_competition_criteria c
                WHERE c.zone_id = NEW.zone_id AND c.round_id = NEW.round_id AND c.source = 'judges')
            OR EXISTS (SELECT FROM unnest(NEW.tenths) WITH ORDINALITY AS given (tenths, place)
                JOIN (SELECT highest, row_number() OVER (ORDER BY number) AS place FROM events_competition_criteria c
                    WHERE c.zone_id = NEW.zone_id AND c.round_id = NEW.round_id AND c.source = 'judges') asked USING (place)
                WHERE given.tenths IS NULL OR given.tenths NOT BETWEEN 0 AND asked.highest)) THEN
        fault := 'whole';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'sheet % can not be so', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_sheets_' || fault;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_sheet BEFORE INSERT OR UPDATE ON events_competition_sheets FOR EACH ROW
    EXECUTE FUNCTION keep_competition_sheet();
"""
FUNCTIONS = ("refuse_judge_as_contestant()", "keep_competition_sheet()")
OPEN = "r.state = 'open'"


def _seen(table: str) -> str:
    """Whoever was named a judge of a round reads of its sheets and recusals their own alone while it is scored."""
    return f"""{ZONE} AND NOT EXISTS (SELECT 1 FROM events_competition_judges j JOIN events_competition_rounds r
        ON r.zone_id = j.zone_id AND r.id = j.round_id WHERE j.zone_id = {table}.zone_id AND j.round_id = {table}.round_id
        AND j.{ACCOUNT} AND j.id <> {table}.judge_id AND r.state IN ('waiting', 'open'))"""  # noqa: S608 - constants only


RECUSED = f"""EXISTS (SELECT 1 FROM events_competition_judges j WHERE j.zone_id = events_competition_recusals.zone_id
    AND j.id = events_competition_recusals.judge_id AND j.{ACCOUNT} AND j.dismissed_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM events_competition_sheets s WHERE s.zone_id = events_competition_recusals.zone_id
        AND s.start_id = events_competition_recusals.start_id AND s.judge_id = events_competition_recusals.judge_id
        AND s.state = 'signed')"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, JUDGING, SHEETS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION refuse_judge_as_contestant() FROM PUBLIC")
    protect("events_competition_judges", owner=Rule(read="true"), worker=Rule(read=ZONE), member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="tied_paths, dismissed_at"))  # fmt: skip
    scored = f"""{in_round("events_competition_sheets", "r.state IN ('published', 'done')")}
        AND {of_theirs("events_competition_sheets")}"""
    protect("events_competition_sheets",
            member=Rule(read=scored,
                        read_columns="zone_id, id, campaign_id, round_id, start_id, state, tenths"),
            worker=Rule(read=ZONE),
            staff=Rule(read=_seen("events_competition_sheets"), insert=ZONE, update=ZONE, update_columns="state, tenths, version, signed_at, reopened_for"))  # fmt: skip
    recusing = f"""{in_round("events_competition_recusals", OPEN)} AND {RECUSED}"""
    protect("events_competition_recusals", worker=Rule(read=ZONE),
            staff=Rule(read=_seen("events_competition_recusals"), insert=recusing))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_judge_as_contestant ON events_competition_contestants")
    op.execute("DROP TABLE events_competition_sheets, events_competition_recusals, events_competition_judges")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
