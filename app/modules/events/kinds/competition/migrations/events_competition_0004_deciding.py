"""What two people decide: measured scores, corrections of sheets, appeals; and the steps of a round that depend on all of them.

Revision ID: events_competition_0004
"""

from alembic import op

from app.modules.events.kinds.competition.policies import ACCOUNT, IN_THE_TEAM, in_round, of_theirs
from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_competition_0004"
down_revision = "events_competition_0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE events_competition_score_lists (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    round_id uuid NOT NULL,
    scores jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, round_id) REFERENCES events_competition_rounds (zone_id, campaign_id, id),
    CONSTRAINT events_competition_score_lists_two_people CHECK (checked_by <> made_by),
    CONSTRAINT events_competition_score_lists_checked
        CHECK (state NOT IN ('approved', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL))
);
CREATE UNIQUE INDEX events_competition_score_lists_one ON events_competition_score_lists (zone_id, round_id) WHERE state = 'submitted';

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
"""

# What is measured stands in a start once somebody else has confirmed the list it is of.
MEASURED = """
CREATE FUNCTION keep_competition_measured() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM events_competition_score_lists l WHERE l.zone_id = NEW.zone_id AND l.round_id = NEW.round_id
            AND l.state = 'approved' AND l.scores -> NEW.id::text = to_jsonb(NEW.measured)) THEN
        RAISE EXCEPTION 'scores of start % were not confirmed', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_starts_confirmed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_measured BEFORE UPDATE OF measured ON events_competition_starts FOR EACH ROW
    WHEN (OLD.measured IS DISTINCT FROM NEW.measured) EXECUTE FUNCTION keep_competition_measured();
"""

# A round follows the one before once that is done; it is closed when every sheet of who competes is signed, by nobody who judges in it,
# and done when no appeal is open.
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
                AND NOT t.absent AND c.state IN ('guest', 'registered')
                AND NOT EXISTS (SELECT FROM events_competition_recusals x
                    WHERE x.zone_id = s.zone_id AND x.start_id = s.start_id AND x.judge_id = s.judge_id)) THEN
        fault := 'signed';
    ELSIF NEW.state = 'closed' AND EXISTS (SELECT FROM events_competition_judges j WHERE j.zone_id = NEW.zone_id
            AND j.round_id = NEW.id AND j.account_id = nullif(current_setting('hall.account', true), '')::uuid) THEN
        fault := 'by_another';
    ELSIF NEW.state = 'closed' AND EXISTS (SELECT FROM events_competition_score_lists l
            WHERE l.zone_id = NEW.zone_id AND l.round_id = NEW.id AND l.state = 'submitted') THEN
        fault := 'measured';
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

# Whoever scored, recused themselves from scoring, or was scored, decides neither on an appeal against it nor on a correction of it, and what was decided stays.
DECISIONS = """
CREATE FUNCTION keep_competition_appeal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'open' OR EXISTS (SELECT FROM events_competition_sheets s
            JOIN events_competition_judges j ON j.zone_id = s.zone_id AND j.id = s.judge_id
            WHERE s.zone_id = NEW.zone_id AND s.start_id = NEW.start_id AND j.account_id = NEW.answered_by)
            OR EXISTS (SELECT FROM events_competition_recusals x
                JOIN events_competition_judges j ON j.zone_id = x.zone_id AND j.id = x.judge_id
                WHERE x.zone_id = NEW.zone_id AND x.start_id = NEW.start_id AND j.account_id = NEW.answered_by)
            OR EXISTS (SELECT FROM events_competition_contestants c
                LEFT JOIN events_competition_team_members m ON m.zone_id = c.zone_id AND m.team_id = c.team_id AND m.left_at IS NULL
                WHERE c.zone_id = NEW.zone_id AND c.id = NEW.contestant_id AND NEW.answered_by IN (c.account_id, m.account_id)) THEN
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
                LEFT JOIN events_competition_team_members m ON m.zone_id = c.zone_id AND m.team_id = c.team_id AND m.left_at IS NULL
                WHERE s.zone_id = NEW.zone_id AND s.id = NEW.sheet_id AND NEW.decided_by IN (c.account_id, m.account_id)) THEN
        RAISE EXCEPTION 'correction % is not theirs to decide', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_corrections_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_competition_correction BEFORE UPDATE ON events_competition_corrections FOR EACH ROW
    EXECUTE FUNCTION keep_competition_correction();
"""
FUNCTIONS = (
    "keep_competition_measured()",
    "keep_competition_round()",
    "keep_competition_appeal()",
    "keep_competition_correction()",
)
OPEN = "r.state = 'open'"


def _by_contestant(table: str, *, or_team: str = "") -> str:
    return f"""EXISTS (SELECT 1 FROM events_competition_contestants c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.contestant_id AND (c.{OWN} OR c.{ACCOUNT}{or_team}))"""  # noqa: S608 - constants only


def upgrade() -> None:
    for statement in (TABLES, MEASURED, ROUNDS, DECISIONS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    protect("events_competition_score_lists", worker=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=f"{in_round('events_competition_score_lists', OPEN)} AND state = 'submitted'", update=ZONE,
                       update_columns="state, version, checked_by, checked_by_name, checked_at, reason"))  # fmt: skip
    op.execute(
        f"ALTER POLICY hall_staff_update ON events_competition_score_lists USING ({ZONE} AND state = 'submitted')"
    )
    protect("events_competition_corrections",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'asked'", update=ZONE,
                       update_columns="state, decided_by, decided_by_name, decided_at"))  # fmt: skip
    appealing = f"""{in_round("events_competition_appeals", "r.state = 'published'")} AND {of_theirs("events_competition_appeals")}
        AND {_by_contestant("events_competition_appeals")} AND (member_id IS NULL OR {OWN}) AND state = 'open'"""
    of_the_team = _by_contestant("events_competition_appeals", or_team=f" OR c.{IN_THE_TEAM}")
    protect("events_competition_appeals", worker=Rule(read=ZONE),
            member=Rule(read=f"{ZONE} AND ({OWN} OR {of_the_team})", insert=appealing),
            staff=Rule(read=ZONE, update=ZONE, update_columns="state, answer, answered_by, answered_by_name, answered_at"))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_competition_measured ON events_competition_starts")
    op.execute("DROP TRIGGER keep_competition_round ON events_competition_rounds")
    op.execute("DROP TABLE events_competition_appeals, events_competition_corrections, events_competition_score_lists")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
