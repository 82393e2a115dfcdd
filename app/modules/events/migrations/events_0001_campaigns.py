"""Campaigns and who takes part.

Revision ID: events_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_0001"
down_revision = None
branch_labels = ("events",)
depends_on = "0001_foundation"

TABLES = """
CREATE TABLE events_campaigns (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind <> ''),
    title text NOT NULL CHECK (title <> '' AND char_length(title) <= 60),
    summary text NOT NULL CHECK (char_length(summary) <= 120),
    rules_html text NOT NULL,
    cover_file_id uuid,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    audience jsonb NOT NULL,
    settings jsonb NOT NULL,
    state text NOT NULL CHECK (state IN
        ('draft', 'submitted', 'reviewed', 'frozen', 'open', 'closed', 'settled', 'archived', 'cancelled')),
    version integer NOT NULL DEFAULT 1,
    written_by uuid,
    written_by_name text NOT NULL,
    reviewed_by uuid,
    reviewed_by_name text NOT NULL DEFAULT '',
    frozen_at timestamptz,
    closed_at timestamptz,
    settled_at timestamptz,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, cover_file_id) REFERENCES files (zone_id, id),
    CONSTRAINT events_campaigns_times CHECK (opens_at < closes_at),
    CONSTRAINT events_campaigns_two_people CHECK (reviewed_by IS NULL OR reviewed_by <> written_by),
    CONSTRAINT events_campaigns_reviewed CHECK (reviewed_by IS NOT NULL OR state IN ('draft', 'submitted', 'cancelled')),
    CONSTRAINT events_campaigns_frozen CHECK (frozen_at IS NOT NULL OR state IN ('draft', 'submitted', 'reviewed', 'cancelled')),
    CONSTRAINT events_campaigns_closed CHECK ((closed_at IS NOT NULL) = (state IN ('closed', 'settled', 'archived'))),
    CONSTRAINT events_campaigns_settled CHECK ((settled_at IS NOT NULL) = (state IN ('settled', 'archived')))
);
CREATE INDEX events_campaigns_desk_idx ON events_campaigns (zone_id, id DESC);
CREATE INDEX events_campaigns_coming_idx ON events_campaigns (zone_id, closes_at, id) WHERE frozen_at IS NOT NULL;
CREATE INDEX events_campaigns_due_idx ON events_campaigns (zone_id, opens_at) WHERE state IN ('frozen', 'open', 'closed');

CREATE TABLE events_entries (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    member_id uuid NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_entries_once UNIQUE (zone_id, campaign_id, member_id),
    FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id)
);
CREATE INDEX events_entries_member_idx ON events_entries (zone_id, member_id, id DESC);
"""

# What was announced stays as it was announced, whoever writes: all but how the campaign goes on.
FROZEN = """
CREATE FUNCTION keep_frozen_campaign() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    goes_on CONSTANT text[] := ARRAY['state', 'version', 'written_by_name', 'reviewed_by_name', 'closed_at', 'settled_at', 'reason'];
BEGIN
    IF OLD.frozen_at IS NOT NULL AND to_jsonb(OLD) - goes_on IS DISTINCT FROM to_jsonb(NEW) - goes_on THEN
        RAISE EXCEPTION 'campaign % is frozen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_campaigns_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_frozen_campaign BEFORE UPDATE ON events_campaigns FOR EACH ROW EXECUTE FUNCTION keep_frozen_campaign();
"""
CHANGED = (
    "title, summary, rules_html, cover_file_id, opens_at, closes_at, audience, settings, state, version, "
    "written_by, written_by_name, reviewed_by, reviewed_by_name, frozen_at, closed_at, settled_at, reason"
)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FROZEN)
    op.execute(f"ALTER FUNCTION keep_frozen_campaign OWNER TO {OWNER}")
    protect("events_campaigns",
            member=Rule(read=f"{ZONE} AND frozen_at IS NOT NULL"),
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'draft'", update=ZONE, update_columns=CHANGED),
            worker=Rule(read=ZONE, update=ZONE))  # fmt: skip
    protect("events_entries",
            member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE), worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_entries, events_campaigns")
    op.execute("DROP FUNCTION keep_frozen_campaign")
