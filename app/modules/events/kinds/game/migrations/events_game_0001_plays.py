"""Plays, their boards and turns of the wheel, and the best of each member.

Revision ID: events_game_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "events_game_0001"
down_revision = None
branch_labels = ("events_game",)
depends_on = "events_0004"

TABLES = """
CREATE TABLE events_game_bests (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    shown_name text NOT NULL,
    points integer CHECK (points >= 0),
    milliseconds integer CHECK (milliseconds >= 0),
    reached_at timestamptz,
    has_number boolean NOT NULL DEFAULT false,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id),
    CONSTRAINT events_game_bests_whole CHECK (num_nulls(points, milliseconds, reached_at) IN (0, 3))
);
CREATE INDEX events_game_bests_ranking_idx ON events_game_bests (zone_id, campaign_id, points DESC, milliseconds, reached_at, id)
    WHERE points IS NOT NULL;
CREATE TABLE events_game_plays (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    member_id uuid NOT NULL,
    game text NOT NULL CHECK (game IN ('wheel', 'catch', 'match')),
    day date NOT NULL,
    started_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    ended_at timestamptz,
    points integer CHECK (points >= 0),
    milliseconds integer CHECK (milliseconds >= 0),
    seed bigint,
    moves text NOT NULL DEFAULT '' CHECK (char_length(moves) <= 1000),
    refusal text NOT NULL DEFAULT '',
    sent_again integer NOT NULL DEFAULT 0,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, entry_id) REFERENCES events_game_bests (zone_id, id),
    CONSTRAINT events_game_plays_whole CHECK (num_nulls(ended_at, points, milliseconds) IN (0, 3)),
    CONSTRAINT events_game_plays_refused CHECK (refusal = '' OR points = 0)
);
CREATE UNIQUE INDEX events_game_plays_one_at_a_time ON events_game_plays (zone_id, campaign_id, member_id) WHERE ended_at IS NULL;
CREATE INDEX events_game_plays_member_idx ON events_game_plays (zone_id, campaign_id, member_id, day);
CREATE INDEX events_game_plays_running_idx ON events_game_plays (zone_id, campaign_id, deadline) WHERE ended_at IS NULL;
CREATE TABLE events_game_boards (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    cards text NOT NULL,
    shown text NOT NULL,
    open_cards integer[] NOT NULL DEFAULT '{}' CHECK (cardinality(open_cards) <= 2),
    step smallint NOT NULL DEFAULT 0 CHECK (step >= 0),
    misses smallint NOT NULL DEFAULT 0 CHECK (misses >= 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_game_plays (zone_id, id)
);
CREATE TABLE events_game_turns (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    ticket integer NOT NULL CHECK (ticket >= 0),
    prize_id uuid,
    outcome text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, id) REFERENCES events_game_plays (zone_id, id),
    FOREIGN KEY (zone_id, campaign_id, prize_id) REFERENCES events_prizes (zone_id, campaign_id, id),
    CONSTRAINT events_game_turns_whole CHECK ((prize_id IS NULL) = (outcome = ''))
);
"""
OWN_BOARD = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_game_plays p
    WHERE p.zone_id = events_game_boards.zone_id AND p.id = events_game_boards.id AND p.{OWN})"""  # noqa: S608 - constants only
OF_A_BOARD = "zone_id, id, shown, open_cards, step, misses"


def upgrade() -> None:
    op.execute(TABLES)
    protect("events_game_bests", member=Rule(read=ZONE), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE,
                        update_columns="points, milliseconds, reached_at, has_number"))  # fmt: skip
    protect("events_game_plays", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE,
                        update_columns="ended_at, points, milliseconds, moves, refusal, sent_again"))  # fmt: skip
    protect("events_game_boards", member=Rule(read=OWN_BOARD, read_columns=OF_A_BOARD),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="shown, open_cards, step, misses"))  # fmt: skip
    protect("events_game_turns", member=Rule(read=ZONE), staff=Rule(read=ZONE), worker=Rule(read=ZONE, insert=ZONE))


def downgrade() -> None:
    op.execute("DROP TABLE events_game_turns, events_game_boards, events_game_plays, events_game_bests")
