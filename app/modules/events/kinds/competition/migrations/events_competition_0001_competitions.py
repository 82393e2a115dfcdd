"""Rounds and their criteria, contestants, judges and their sheets, corrections, appeals and certificates.

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

CREATE TABLE events_competition_judges (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    account_id uuid NOT NULL,
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

CREATE TABLE events_competition_corrections (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    sheet_id uuid NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    state text NOT NULL CHECK (state IN ('asked', 'granted', 'refused')),
    asked_by uuid NOT NULL,
    asked_by_name text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    decided_by uuid,
    decided_by_name text NOT NULL DEFAULT '',
    decided_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, sheet_id) REFERENCES events_competition_sheets (zone_id, id),
    CONSTRAINT events_competition_corrections_two_people CHECK (decided_by IS NULL OR decided_by <> asked_by),
    CONSTRAINT events_competition_corrections_decided CHECK ((state = 'asked') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX events_competition_corrections_one ON events_competition_corrections (zone_id, sheet_id) WHERE state = 'asked';

CREATE TABLE events_competition_appeals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    start_id uuid NOT NULL,
    contestant_id uuid NOT NULL,
    member_id uuid,
    reason text NOT NULL CHECK (reason <> '' AND char_length(reason) <= 1000),
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'refused')),
    appealed_at timestamptz NOT NULL DEFAULT now(),
    answer text NOT NULL DEFAULT '',
    answered_by uuid,
    answered_by_name text NOT NULL DEFAULT '',
    answered_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, contestant_id) REFERENCES events_competition_contestants (zone_id, campaign_id, id),
    FOREIGN KEY (zone_id, round_id, start_id) REFERENCES events_competition_starts (zone_id, round_id, id),
    CONSTRAINT events_competition_appeals_answered CHECK ((state = 'open') = (answered_by IS NULL) AND (state = 'open' OR answer <> ''))
);
CREATE UNIQUE INDEX events_competition_appeals_one ON events_competition_appeals (zone_id, start_id) WHERE state = 'open';
CREATE INDEX events_competition_appeals_campaign_idx ON events_competition_appeals (zone_id, campaign_id, id DESC);

CREATE TABLE events_competition_certificates (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    contestant_id uuid NOT NULL,
    serial text COLLATE "C" NOT NULL,
    award text NOT NULL CHECK (award IN ('first', 'second', 'third')),
    masked_name text NOT NULL,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text NOT NULL DEFAULT '',
    revoked_by_name text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_competition_certificates_serial UNIQUE (zone_id, serial),
    CONSTRAINT events_competition_certificates_once UNIQUE (zone_id, campaign_id, contestant_id),
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

# Nobody takes part in what they judge; members don't read who judges.
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

# A round follows the one before once that is done; it is closed when every sheet of who competes is signed, and done when no appeal is open.
ROUNDS = """
CREATE FUNCTION keep_competition_round() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    IF OLD.state || '>' || NEW.state <> ALL (ARRAY['waiting>open', 'open>closed', 'closed>published', 'published>done',
            'closed>open', 'published>open']) THEN
        fault := 'steps';
    ELSIF OLD.state = 'waiting' AND EXISTS (SELECT FROM events_competition_rounds r WHERE r.zone_id = NEW.zone_id
            AND r.campaign_id = NEW.campaign_id AND r.number < NEW.number AND r.state <> 'done') THEN
        fault := 'order';
    ELSIF NEW.state = 'closed' AND EXISTS (SELECT FROM events_competition_sheets s
            JOIN events_competition_judges j ON j.zone_id = s.zone_id AND j.id = s.judge_id
            JOIN events_competition_starts t ON t.zone_id = s.zone_id AND t.id = s.start_id
            JOIN events_competition_contestants c ON c.zone_id = t.zone_id AND c.id = t.contestant_id
            WHERE s.zone_id = NEW.zone_id AND s.round_id = NEW.id AND s.state <> 'signed' AND j.dismissed_at IS NULL
                AND NOT t.absent AND c.state IN ('guest', 'registered')) THEN
        fault := 'signed';
    ELSIF NEW.state = 'done' AND EXISTS (SELECT FROM events_competition_appeals a
            WHERE a.zone_id = NEW.zone_id AND a.round_id = NEW.id AND a.state = 'open') THEN
        fault := 'appeals';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'round % takes no such step', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_rounds_' || fault;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_round BEFORE UPDATE OF state ON events_competition_rounds FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION keep_competition_round();
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

# Two unions are on one line when one stands above the other, or they are the same. What stands at the zone's own union, or above, stands
# above every contestant alike: there only the same union counts.
LINE = """
CREATE FUNCTION on_one_line(tie text, path text, zone text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT tie = path OR tie <> zone AND path <> zone AND (starts_with(tie, path) OR starts_with(path, tie))
$$;
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
            WHERE on_one_line(tie.path, contestant.union_path, nullif(current_setting('hall.path', true), ''))) THEN
        fault := 'untied';
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

# Whoever scored, or was scored, decides neither on an appeal against it nor on a correction of it, and what was decided stays.
DECISIONS = """
CREATE FUNCTION keep_competition_appeal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'open' OR EXISTS (SELECT FROM events_competition_sheets s
            JOIN events_competition_judges j ON j.zone_id = s.zone_id AND j.id = s.judge_id
            WHERE s.zone_id = NEW.zone_id AND s.start_id = NEW.start_id AND j.account_id = NEW.answered_by)
            OR EXISTS (SELECT FROM events_competition_contestants c
                WHERE c.zone_id = NEW.zone_id AND c.id = NEW.contestant_id AND c.account_id = NEW.answered_by) THEN
        RAISE EXCEPTION 'appeal % is not theirs to answer', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_appeals_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_appeal BEFORE UPDATE ON events_competition_appeals FOR EACH ROW
    EXECUTE FUNCTION keep_competition_appeal();
CREATE FUNCTION keep_competition_correction() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'asked' OR EXISTS (SELECT FROM events_competition_sheets s
            JOIN events_competition_judges j ON j.zone_id = s.zone_id AND j.id = s.judge_id
            WHERE s.zone_id = NEW.zone_id AND s.id = NEW.sheet_id AND j.account_id = NEW.decided_by)
            OR EXISTS (SELECT FROM events_competition_sheets s
                JOIN events_competition_starts t ON t.zone_id = s.zone_id AND t.id = s.start_id
                JOIN events_competition_contestants c ON c.zone_id = t.zone_id AND c.id = t.contestant_id
                WHERE s.zone_id = NEW.zone_id AND s.id = NEW.sheet_id AND c.account_id = NEW.decided_by) THEN
        RAISE EXCEPTION 'correction % is not theirs to decide', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_corrections_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_correction BEFORE UPDATE ON events_competition_corrections FOR EACH ROW
    EXECUTE FUNCTION keep_competition_correction();
"""
FUNCTIONS = (
    "number_contestant()", "keep_contestant()", "refuse_judge_as_contestant()", "keep_competition_round()", "keep_competition_start()", "on_one_line(text, text, text)",
    "keep_competition_sheet()", "keep_competition_appeal()", "keep_competition_correction()",
)  # fmt: skip
TABLE_NAMES = (
    "certificates",
    "appeals",
    "corrections",
    "sheets",
    "judges",
    "starts",
    "contestants",
    "criteria",
    "rounds",
)

ACCOUNT = "account_id = nullif(current_setting('hall.account', true), '')::uuid"
THEIRS = f"{ZONE} AND ({OWN} OR {ACCOUNT})"
CHANGED_BY_MEMBERS = "state, member_id, union_id, union_path, name, shown"
PUBLIC_OF_A_CERTIFICATE = "zone_id, id, campaign_id, contestant_id, serial, award, masked_name, issued_at, revoked_at"


def _in_round(table: str, condition: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_competition_rounds r
        WHERE r.zone_id = {table}.zone_id AND r.id = {table}.round_id AND {condition})"""  # noqa: S608 - constants only


def _being_announced(table: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def _of_theirs(table: str) -> str:
    return f"""EXISTS (SELECT 1 FROM events_competition_starts s JOIN events_competition_contestants c
        ON c.zone_id = s.zone_id AND c.id = s.contestant_id
        WHERE s.zone_id = {table}.zone_id AND s.id = {table}.start_id AND (c.{OWN} OR c.{ACCOUNT}))"""  # noqa: S608 - constants only


def _by_contestant(table: str) -> str:
    return f"""EXISTS (SELECT 1 FROM events_competition_contestants c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.contestant_id AND (c.{OWN} OR c.{ACCOUNT}))"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, NUMBERS, CONTESTANTS, JUDGING, ROUNDS, STARTS, LINE, SHEETS, DECISIONS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    for function in ("number_contestant()", "refuse_judge_as_contestant()"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    published = "r.state IN ('published', 'done')"
    protect("events_competition_rounds", member=Rule(read=ZONE), worker=Rule(read=ZONE), owner=Rule(read="true", update="true"),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_rounds"), update=ZONE,
                       update_columns="state, version, published_at, appeals_until"))  # fmt: skip
    protect("events_competition_criteria", member=Rule(read=ZONE), worker=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=_being_announced("events_competition_criteria")))  # fmt: skip
    protect("events_competition_contestants",
            member=Rule(read=THEIRS, insert=f"{ZONE} AND {ACCOUNT} AND (member_id IS NULL OR {OWN})", update=THEIRS,
                        update_columns=CHANGED_BY_MEMBERS),
            staff=Rule(read=ZONE, update=ZONE, update_columns="state, reason"), worker=Rule(read=ZONE))  # fmt: skip
    op.execute(f"""ALTER POLICY hall_member_update ON events_competition_contestants
        WITH CHECK ({THEIRS} AND state <> 'excluded' AND (member_id IS NULL OR {OWN}))""")
    protect("events_competition_starts", member=Rule(read=_in_round("events_competition_starts", published)),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="absent, measured, score, tie_break, place, goes_on, award"),
            worker=Rule(read=ZONE))  # fmt: skip
    protect("events_competition_judges", owner=Rule(read="true"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="tied_paths, dismissed_at"))  # fmt: skip
    protect("events_competition_sheets",
            member=Rule(read=f"{_in_round('events_competition_sheets', published)} AND {_of_theirs('events_competition_sheets')}",
                        read_columns="zone_id, id, campaign_id, round_id, start_id, state, tenths"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="state, tenths, version, signed_at, reopened_for"))  # fmt: skip
    protect("events_competition_corrections",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'asked'", update=ZONE,
                       update_columns="state, decided_by, decided_by_name, decided_at"))  # fmt: skip
    appealing = f"""{_in_round("events_competition_appeals", "r.state = 'published'")} AND {_of_theirs("events_competition_appeals")}
        AND {_by_contestant("events_competition_appeals")} AND (member_id IS NULL OR {OWN}) AND state = 'open'"""
    protect("events_competition_appeals", worker=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND ({OWN} OR {_by_contestant('events_competition_appeals')})", insert=appealing),
            staff=Rule(read=ZONE, update=ZONE, update_columns="state, answer, answered_by, answered_by_name, answered_at"))  # fmt: skip
    protect("events_competition_certificates", member=Rule(read=ZONE, read_columns=PUBLIC_OF_A_CERTIFICATE),
            staff=Rule(read=ZONE, insert=ZONE, update=f"{ZONE} AND revoked_at IS NULL",
                       update_columns="revoked_at, revoked_reason, revoked_by_name"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON events_competition_certificates WITH CHECK ({ZONE})")


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(f'events_competition_{name}' for name in TABLE_NAMES)}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
