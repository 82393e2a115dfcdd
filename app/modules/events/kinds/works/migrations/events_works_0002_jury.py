"""What a jury scores by, who judges, their sheets, and what they recuse themselves from.

Revision ID: events_works_0002
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_works_0002"
down_revision = "events_works_0001"
branch_labels = None
depends_on = "events_0011"

TABLES = """
CREATE TABLE events_works_criteria (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 40),
    highest integer NOT NULL CHECK (highest BETWEEN 10 AND 10000),
    weight smallint NOT NULL CHECK (weight BETWEEN 1 AND 100),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_works_criteria_number UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);

CREATE TABLE events_works_judges (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid,
    name text NOT NULL,
    tied_paths text[] COLLATE "C" NOT NULL,
    appointed_by_name text NOT NULL,
    appointed_at timestamptz NOT NULL DEFAULT now(),
    dismissed_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    CONSTRAINT events_works_judges_once UNIQUE (zone_id, campaign_id, account_id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE INDEX events_works_judges_account_idx ON events_works_judges (zone_id, account_id);

CREATE TABLE events_works_sheets (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    work_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    tenths integer[] NOT NULL,
    reason text NOT NULL CHECK (char_length(reason) <= 200),
    handed_in_at timestamptz NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_works_sheets_once UNIQUE (zone_id, work_id, judge_id, number),
    FOREIGN KEY (zone_id, campaign_id, work_id) REFERENCES events_works (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id, judge_id) REFERENCES events_works_judges (zone_id, campaign_id, id),
    CONSTRAINT events_works_sheets_reason CHECK ((number = 1) = (reason = ''))
);
CREATE INDEX events_works_sheets_campaign_idx ON events_works_sheets (zone_id, campaign_id);

CREATE TABLE events_works_recusals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    work_id uuid NOT NULL,
    judge_id uuid NOT NULL,
    reason text NOT NULL CHECK (reason <> '' AND char_length(reason) <= 200),
    recused_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_works_recusals_once UNIQUE (zone_id, work_id, judge_id),
    FOREIGN KEY (zone_id, campaign_id, work_id) REFERENCES events_works (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, campaign_id, judge_id) REFERENCES events_works_judges (zone_id, campaign_id, id)
);
CREATE INDEX events_works_recusals_judge_idx ON events_works_recusals (zone_id, judge_id);
CREATE TRIGGER refuse_own_appointment BEFORE INSERT OR UPDATE OF dismissed_at ON events_works_judges FOR EACH ROW
    EXECUTE FUNCTION refuse_own_appointment();
"""

# Nobody sends a work to what they judge, or votes on it; members don't read who else judges.
AUTHORS = """
CREATE FUNCTION refuse_judge_as_author() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND NEW.state = 'sent'
            AND EXISTS (SELECT FROM events_works_judges j WHERE j.zone_id = NEW.zone_id AND j.campaign_id = NEW.campaign_id
                AND j.account_id = nullif(current_setting('hall.account', true), '')::uuid AND j.dismissed_at IS NULL) THEN
        RAISE EXCEPTION 'the author of work % judges', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_works_judge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_judge_as_author BEFORE INSERT OR UPDATE OF state ON events_works FOR EACH ROW
    EXECUTE FUNCTION refuse_judge_as_author();
CREATE FUNCTION refuse_judge_as_voter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.zone_id = nullif(current_setting('hall.zone', true), '')::uuid
            AND EXISTS (SELECT FROM events_works_judges j WHERE j.zone_id = NEW.zone_id AND j.campaign_id = NEW.campaign_id
                AND j.account_id = nullif(current_setting('hall.account', true), '')::uuid AND j.dismissed_at IS NULL) THEN
        RAISE EXCEPTION 'who votes for work % judges', NEW.work_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_works_votes_judge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_judge_as_voter BEFORE INSERT ON events_works_votes FOR EACH ROW EXECUTE FUNCTION refuse_judge_as_voter();
"""

# A sheet is handed in by its judge, while the jury sits, for a work that is shown, not of their union, and that they did not recuse
# themselves from, whole, one after the other.
SHEETS = """
CREATE FUNCTION keep_works_sheet() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    judge events_works_judges;
    work events_works;
    campaign events_campaigns;
    before integer;
    fault text;
BEGIN
    IF NEW.zone_id IS DISTINCT FROM nullif(current_setting('hall.zone', true), '')::uuid THEN
        RETURN NEW; -- the policies refuse it
    END IF;
    SELECT j.* INTO judge FROM events_works_judges j WHERE j.zone_id = NEW.zone_id AND j.id = NEW.judge_id;
    SELECT w.* INTO work FROM events_works w WHERE w.zone_id = NEW.zone_id AND w.id = NEW.work_id;
    SELECT c.* INTO campaign FROM events_campaigns c WHERE c.zone_id = NEW.zone_id AND c.id = NEW.campaign_id;
    SELECT coalesce(max(s.number), 0) INTO before FROM events_works_sheets s
        WHERE s.zone_id = NEW.zone_id AND s.work_id = NEW.work_id AND s.judge_id = NEW.judge_id;
    IF judge.dismissed_at IS NOT NULL
            OR judge.account_id IS DISTINCT FROM nullif(current_setting('hall.account', true), '')::uuid THEN
        fault := 'judge';
    ELSIF campaign.closed_at IS NOT NULL OR (NEW.handed_in_at AT TIME ZONE 'Asia/Shanghai' >= (campaign.settings ->> 'judge_from')::timestamp
            AND NEW.handed_in_at AT TIME ZONE 'Asia/Shanghai' < (campaign.settings ->> 'judge_until')::timestamp) IS NOT TRUE THEN
        fault := 'sitting';
    ELSIF work.state IS DISTINCT FROM 'accepted' THEN
        fault := 'shown';
    ELSIF work.member_id = nullif(current_setting('hall.member', true), '')::uuid OR EXISTS (SELECT FROM unnest(judge.tied_paths) AS tie (path)
            WHERE on_one_line(tie.path, work.union_path, nullif(current_setting('hall.path', true), ''))) THEN
        fault := 'untied';
    ELSIF EXISTS (SELECT FROM events_works_recusals r
            WHERE r.zone_id = NEW.zone_id AND r.work_id = NEW.work_id AND r.judge_id = NEW.judge_id) THEN
        fault := 'recused';
    ELSIF NEW.number <> before + 1 THEN
        fault := 'numbered';
    ELSIF cardinality(NEW.tenths) <> (SELECT count(*) FROM events_works_criteria c
                WHERE c.zone_id = NEW.zone_id AND c.campaign_id = NEW.campaign_id)
            OR EXISTS (SELECT FROM unnest(NEW.tenths) WITH ORDINALITY AS given (tenths, place)
                JOIN (SELECT highest, row_number() OVER (ORDER BY number) AS place FROM events_works_criteria c
                    WHERE c.zone_id = NEW.zone_id AND c.campaign_id = NEW.campaign_id) asked USING (place)
                WHERE given.tenths IS NULL OR given.tenths NOT BETWEEN 0 AND asked.highest) THEN
        fault := 'whole';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'sheet % can not be so', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_works_sheets_' || fault;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_works_sheet BEFORE INSERT ON events_works_sheets FOR EACH ROW EXECUTE FUNCTION keep_works_sheet();
"""
FUNCTIONS = ("refuse_judge_as_author()", "refuse_judge_as_voter()", "keep_works_sheet()")
ACCOUNT = "account_id = nullif(current_setting('hall.account', true), '')::uuid"
BEING_ANNOUNCED = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = events_works_criteria.zone_id
    AND c.id = events_works_criteria.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def _seen(table: str) -> str:
    """Whoever was named a judge reads of sheets and recusals their own alone until the campaign is closed."""
    return f"""{ZONE} AND NOT EXISTS (SELECT 1 FROM events_works_judges j JOIN events_campaigns c
        ON c.zone_id = j.zone_id AND c.id = j.campaign_id WHERE j.zone_id = {table}.zone_id AND j.campaign_id = {table}.campaign_id
        AND j.{ACCOUNT} AND j.id <> {table}.judge_id AND c.closed_at IS NULL)"""  # noqa: S608 - constants only


RECUSED = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_works_judges j JOIN events_campaigns c
    ON c.zone_id = j.zone_id AND c.id = j.campaign_id WHERE j.zone_id = events_works_recusals.zone_id
    AND j.id = events_works_recusals.judge_id AND j.{ACCOUNT} AND j.dismissed_at IS NULL AND c.closed_at IS NULL)"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, AUTHORS, SHEETS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION refuse_judge_as_author(), refuse_judge_as_voter() FROM PUBLIC")
    protect("events_works_criteria", member=Rule(read=ZONE), worker=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=BEING_ANNOUNCED))  # fmt: skip
    protect("events_works_judges", owner=Rule(read="true"), worker=Rule(read=ZONE), member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="tied_paths, dismissed_at"))  # fmt: skip
    protect("events_works_sheets", worker=Rule(read=ZONE), staff=Rule(read=_seen("events_works_sheets"), insert=ZONE))
    protect(
        "events_works_recusals", worker=Rule(read=ZONE), staff=Rule(read=_seen("events_works_recusals"), insert=RECUSED)
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_judge_as_author ON events_works")
    op.execute("DROP TRIGGER refuse_judge_as_voter ON events_works_votes")
    op.execute("DROP TABLE events_works_recusals, events_works_sheets, events_works_judges, events_works_criteria")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
