"""Sheets with a name, the sealed box, and what came out.

Revision ID: events_survey_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "events_survey_0001"
down_revision = None
branch_labels = ("events_survey",)
depends_on = "events_0003"

TABLES = """
CREATE TABLE events_survey_sheets (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    member_id uuid NOT NULL,
    union_id uuid NOT NULL REFERENCES unions (id),
    answers jsonb NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id)
);
CREATE INDEX events_survey_sheets_campaign_idx ON events_survey_sheets (zone_id, campaign_id, id);

-- Nothing here says whose: no member, no entry, no time, and an id drawn by lot.
CREATE TABLE events_survey_ballots (
    zone_id uuid NOT NULL,
    id uuid NOT NULL CHECK (substr(id::text, 15, 1) = '4'),
    campaign_id uuid NOT NULL,
    answers_cipher bytea NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE INDEX events_survey_ballots_campaign_idx ON events_survey_ballots (zone_id, campaign_id);

CREATE TABLE events_survey_tallies (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    union_id uuid REFERENCES unions (id),
    question smallint NOT NULL CHECK (question >= 0),
    answered integer NOT NULL CHECK (answered >= 0),
    chosen integer[] NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_survey_tallies_once UNIQUE NULLS NOT DISTINCT (zone_id, campaign_id, question, union_id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);

CREATE TABLE events_survey_texts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL CHECK (substr(id::text, 15, 1) = '4'),
    campaign_id uuid NOT NULL,
    question smallint NOT NULL CHECK (question > 0),
    words text NOT NULL CHECK (words <> '' AND char_length(words) <= 1000),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE INDEX events_survey_texts_question_idx ON events_survey_texts (zone_id, campaign_id, question, id);
"""


def _campaign(table: str, condition: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM events_campaigns c WHERE c.zone_id = {table}.zone_id
        AND c.id = {table}.campaign_id AND {condition})"""  # noqa: S608 - constants only


SETTLED = "c.settled_at IS NOT NULL"
PUBLISHED = f"{SETTLED} AND c.settings ->> 'is_published' = 'true'"
OPEN = "c.state IN ('frozen', 'open')"


def upgrade() -> None:
    op.execute(TABLES)
    protect("events_survey_sheets",
            member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{_campaign('events_survey_sheets', OPEN)} AND {OWN}"),
            staff=Rule(read=ZONE), worker=Rule(read=ZONE))  # fmt: skip
    protect("events_survey_ballots",
            member=Rule(insert=_campaign("events_survey_ballots", OPEN)),
            worker=Rule(read=ZONE, delete=_campaign("events_survey_ballots", "c.closed_at IS NOT NULL")))  # fmt: skip
    protect("events_survey_tallies",
            member=Rule(read=_campaign("events_survey_tallies", PUBLISHED)),
            staff=Rule(read=_campaign("events_survey_tallies", SETTLED)),
            worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip
    protect("events_survey_texts",
            staff=Rule(read=_campaign("events_survey_texts", SETTLED)),
            worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_survey_texts, events_survey_tallies, events_survey_ballots, events_survey_sheets")
