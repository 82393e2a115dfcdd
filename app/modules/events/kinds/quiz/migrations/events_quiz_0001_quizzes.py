"""The bank of questions, what campaigns copy of it, attempts and scores.

Revision ID: events_quiz_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "events_quiz_0001"
down_revision = None
branch_labels = ("events_quiz",)
depends_on = "events_0002"

TABLES = """
CREATE TABLE events_quiz_questions (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('single', 'multiple', 'true_false')),
    category text NOT NULL CHECK (category <> '' AND char_length(category) <= 40),
    difficulty text NOT NULL CHECK (difficulty IN ('easy', 'medium', 'hard')),
    prompt text NOT NULL CHECK (prompt <> '' AND char_length(prompt) <= 1000),
    options text[] NOT NULL,
    right_options integer NOT NULL CHECK (right_options > 0),
    explanation text NOT NULL CHECK (char_length(explanation) <= 1000),
    version integer NOT NULL DEFAULT 1,
    written_by_name text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    PRIMARY KEY (zone_id, id)
);
CREATE INDEX events_quiz_questions_category_idx ON events_quiz_questions (zone_id, category, id) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX events_quiz_questions_once ON events_quiz_questions (zone_id, category, md5(prompt)) WHERE retired_at IS NULL;

CREATE TABLE events_quiz_items (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('single', 'multiple', 'true_false')),
    category text NOT NULL,
    prompt text NOT NULL,
    options text[] NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE INDEX events_quiz_items_campaign_idx ON events_quiz_items (zone_id, campaign_id, id);

CREATE TABLE events_quiz_keys (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    right_options integer NOT NULL CHECK (right_options > 0),
    explanation text NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_quiz_items (zone_id, id)
);
CREATE INDEX events_quiz_keys_campaign_idx ON events_quiz_keys (zone_id, campaign_id, id);

CREATE TABLE events_quiz_scores (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    union_id uuid NOT NULL REFERENCES unions (id),
    shown_name text NOT NULL,
    points integer CHECK (points >= 0),
    milliseconds integer CHECK (milliseconds >= 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id),
    CONSTRAINT events_quiz_scores_whole CHECK ((points IS NULL) = (milliseconds IS NULL))
);
CREATE INDEX events_quiz_scores_ranking_idx ON events_quiz_scores (zone_id, campaign_id, points DESC, milliseconds, id)
    WHERE points IS NOT NULL;
CREATE INDEX events_quiz_scores_union_idx ON events_quiz_scores (zone_id, campaign_id, union_id, points DESC, milliseconds, id)
    WHERE points IS NOT NULL;

CREATE TABLE events_quiz_attempts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    member_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    day date NOT NULL,
    item_ids uuid[] NOT NULL,
    orders text[] NOT NULL,
    started_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    handed_in_at timestamptz,
    answers integer[] NOT NULL DEFAULT '{}',
    points integer CHECK (points >= 0),
    milliseconds integer CHECK (milliseconds >= 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, entry_id) REFERENCES events_quiz_scores (zone_id, id),
    CONSTRAINT events_quiz_attempts_once UNIQUE (zone_id, campaign_id, member_id, number),
    CONSTRAINT events_quiz_attempts_whole CHECK (num_nulls(handed_in_at, points, milliseconds) IN (0, 3))
);
CREATE UNIQUE INDEX events_quiz_attempts_one_at_a_time ON events_quiz_attempts (zone_id, campaign_id, member_id)
    WHERE handed_in_at IS NULL;
CREATE INDEX events_quiz_attempts_running_idx ON events_quiz_attempts (zone_id, campaign_id, deadline) WHERE handed_in_at IS NULL;
"""

IN_OWN_PAPER = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_quiz_attempts a
    WHERE a.zone_id = events_quiz_items.zone_id AND a.campaign_id = events_quiz_items.campaign_id AND a.{OWN}
    AND events_quiz_items.id = ANY (a.item_ids))"""  # noqa: S608 - constants only
# Not while another paper, which may be on its way for some seconds still, may have the same question, nor before it is to be told.
HANDED_IN = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_quiz_attempts a
        JOIN events_campaigns c ON c.zone_id = a.zone_id AND c.id = a.campaign_id
        WHERE a.zone_id = events_quiz_keys.zone_id AND a.campaign_id = events_quiz_keys.campaign_id AND a.{OWN}
        AND events_quiz_keys.id = ANY (a.item_ids) AND a.handed_in_at IS NOT NULL
        AND (c.settings ->> 'answers_shown' = 'at_once' OR c.closed_at IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM events_quiz_attempts r
        WHERE r.zone_id = events_quiz_keys.zone_id AND r.campaign_id = events_quiz_keys.campaign_id AND r.{OWN}
        AND r.handed_in_at IS NULL AND r.deadline + interval '6 seconds' > now())"""  # noqa: S608 - constants only
CHANGED = "kind, category, difficulty, prompt, options, right_options, explanation, version, written_by_name, written_at, retired_at"


def being_announced(table: str) -> str:
    """What is copied is copied while the campaign is announced, and never after."""
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c
        WHERE c.zone_id = {table}.zone_id AND c.id = {table}.campaign_id AND c.state = 'reviewed')"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    protect("events_quiz_questions", staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns=CHANGED))
    protect("events_quiz_attempts",
            member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, read_columns="zone_id, id, campaign_id, entry_id, member_id, number, day, started_at, deadline, "
                                               "handed_in_at, points, milliseconds"),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE), owner=Rule(read="true", update="true"))  # fmt: skip
    protect("events_quiz_items", member=Rule(read=IN_OWN_PAPER),
            staff=Rule(read=ZONE, insert=being_announced("events_quiz_items")), worker=Rule(read=ZONE))  # fmt: skip
    protect("events_quiz_keys", member=Rule(read=HANDED_IN),
            staff=Rule(read=ZONE, insert=being_announced("events_quiz_keys")), worker=Rule(read=ZONE))  # fmt: skip
    protect("events_quiz_scores", member=Rule(read=ZONE), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute(
        "DROP TABLE events_quiz_attempts, events_quiz_scores, events_quiz_keys, events_quiz_items, events_quiz_questions"
    )
