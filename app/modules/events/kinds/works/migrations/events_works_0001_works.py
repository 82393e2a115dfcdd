"""Works, what is shown of them, and votes.

Revision ID: events_works_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_works_0001"
down_revision = None
branch_labels = ("events_works",)
depends_on = "events_0003"

TABLES = """
CREATE TABLE events_works (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    member_id uuid NOT NULL,
    number integer NOT NULL,
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 60),
    words text NOT NULL CHECK (char_length(words) <= 2000),
    author text NOT NULL,
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    file_ids uuid[] NOT NULL CONSTRAINT events_works_pictures CHECK (cardinality(file_ids) <= 6),
    shown_file_ids uuid[] NOT NULL DEFAULT '{}',
    state text NOT NULL CHECK (state IN ('sent', 'accepted', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    reason text NOT NULL DEFAULT '',
    sent_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by_name text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, campaign_id, id),
    CONSTRAINT events_works_once UNIQUE (zone_id, campaign_id, member_id),
    CONSTRAINT events_works_number UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) ON UPDATE CASCADE,
    CONSTRAINT events_works_reason CHECK (state <> 'refused' OR reason <> '')
);
CREATE INDEX events_works_desk_idx ON events_works (zone_id, campaign_id, state, id);

CREATE TABLE events_works_shown (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    title text NOT NULL,
    words text NOT NULL,
    author text NOT NULL,
    file_ids uuid[] NOT NULL,
    sent_at timestamptz NOT NULL,
    votes integer NOT NULL DEFAULT 0 CHECK (votes >= 0),
    vote_points integer CHECK (vote_points BETWEEN 0 AND 100000),
    jury_points integer CHECK (jury_points BETWEEN 0 AND 100000),
    points integer CHECK (points BETWEEN 0 AND 100000),
    place integer CHECK (place > 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES events_works (zone_id, id),
    CONSTRAINT events_works_shown_placed CHECK ((place IS NULL) = (vote_points IS NULL)),
    CONSTRAINT events_works_shown_points CHECK ((points IS NULL) = (jury_points IS NULL))
);
CREATE INDEX events_works_shown_gallery_idx ON events_works_shown (zone_id, campaign_id, id);
CREATE INDEX events_works_shown_ranking_idx ON events_works_shown (zone_id, campaign_id, place, votes DESC, sent_at, id);

CREATE TABLE events_works_votes (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    work_id uuid NOT NULL,
    member_id uuid NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_works_votes_once UNIQUE (zone_id, work_id, member_id, day),
    FOREIGN KEY (zone_id, work_id) REFERENCES events_works_shown (zone_id, id) ON DELETE CASCADE
);
CREATE INDEX events_works_votes_member_idx ON events_works_votes (zone_id, member_id, campaign_id, day);
"""

# Numbers in the order of coming, one after the other within a campaign.
NUMBERS = """
CREATE FUNCTION number_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('events.works.number.' || NEW.campaign_id, 0));
    SELECT coalesce(max(number), 0) + 1 INTO NEW.number FROM events_works
        WHERE zone_id = NEW.zone_id AND campaign_id = NEW.campaign_id;
    RETURN NEW;
END $$;
CREATE TRIGGER number_work BEFORE INSERT ON events_works FOR EACH ROW EXECUTE FUNCTION number_work();
"""
RESULT = "votes, vote_points, jury_points, points, place"


def _own_work(table: str, column: str) -> str:
    return f"""EXISTS (SELECT 1 FROM events_works w WHERE w.zone_id = {table}.zone_id AND w.id = {table}.{column}
        AND w.{OWN})"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(NUMBERS)
    op.execute(f"ALTER FUNCTION number_work() OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION number_work() FROM PUBLIC")
    own = f"{ZONE} AND {OWN}"
    protect("events_works", owner=Rule(read="true"),
            member=Rule(read=own, insert=f"{own} AND state = 'sent'", update=own,
                        update_columns="title, words, author, union_id, union_path, file_ids, state, version, reason, sent_at"),
            staff=Rule(read=ZONE, update=ZONE,
                       update_columns="state, version, reason, shown_file_ids, decided_at, decided_by_name"),
            worker=Rule(read=ZONE, update=ZONE, update_columns="shown_file_ids"))  # fmt: skip
    # Members send, send anew and withdraw; what is accepted or refused others say.
    op.execute(
        f"""ALTER POLICY hall_member_update ON events_works WITH CHECK ({own} AND state IN ('sent', 'withdrawn'))"""
    )
    protect("events_works_shown",
            member=Rule(read=ZONE, delete=f"{ZONE} AND {_own_work('events_works_shown', 'id')}"),
            staff=Rule(read=ZONE, insert=ZONE, delete=ZONE),
            worker=Rule(read=ZONE, update=ZONE, update_columns=RESULT))  # fmt: skip
    protect("events_works_votes",
            member=Rule(read=own, insert=f"{own} AND NOT {_own_work('events_works_votes', 'work_id')}"),
            staff=Rule(read=ZONE), worker=Rule(read=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_works_votes, events_works_shown, events_works")
    op.execute("DROP FUNCTION number_work()")
