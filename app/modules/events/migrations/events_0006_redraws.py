"""Redraws of prizes: one person asks, another agrees, and the piece goes to the next in the order of the draw.

Revision ID: events_0006
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "events_0006"
down_revision = "events_0005"
branch_labels = None
depends_on = None

PUBLIC = "zone_id, id, campaign_id, win_id, why, outcome, next_win_id, done_at"
CHANGED_BY_STAFF = "state, version, checked_by, checked_by_name, checked_at, reason"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE events_redraws (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            campaign_id uuid NOT NULL,
            win_id uuid NOT NULL,
            why text NOT NULL CHECK (why IN ('declined', 'ineligible', 'refused')),
            ground text NOT NULL CHECK (ground <> ''),
            state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
            version integer NOT NULL DEFAULT 1,
            made_by uuid NOT NULL,
            made_by_name text NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            checked_by uuid,
            checked_by_name text NOT NULL DEFAULT '',
            checked_at timestamptz,
            reason text NOT NULL DEFAULT '',
            outcome text CHECK (outcome IN ('passed', 'nobody', 'kept')),
            next_win_id uuid,
            done_at timestamptz,
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, campaign_id) REFERENCES events_campaigns (zone_id, id),
            FOREIGN KEY (zone_id, win_id) REFERENCES events_wins (zone_id, id),
            FOREIGN KEY (zone_id, next_win_id) REFERENCES events_wins (zone_id, id),
            CONSTRAINT events_redraws_two_people CHECK (checked_by <> made_by),
            CONSTRAINT events_redraws_checked
                CHECK (state NOT IN ('approved', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
            CONSTRAINT events_redraws_done CHECK (done_at IS NULL OR state = 'approved'),
            CONSTRAINT events_redraws_whole CHECK ((done_at IS NULL) = (outcome IS NULL)),
            CONSTRAINT events_redraws_next CHECK ((next_win_id IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'passed'))
        );
        CREATE UNIQUE INDEX events_redraws_one_at_a_time ON events_redraws (zone_id, win_id)
            WHERE state = 'submitted' OR (state = 'approved' AND done_at IS NULL);
        CREATE INDEX events_redraws_campaign_idx ON events_redraws (zone_id, campaign_id, id);
    """)
    protect("events_redraws",
            member=Rule(read=f"{ZONE} AND done_at IS NOT NULL", read_columns=PUBLIC),
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'submitted'", update=ZONE, update_columns=CHANGED_BY_STAFF),
            worker=Rule(read=ZONE, update=ZONE, update_columns="outcome, next_win_id, done_at"))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON events_redraws USING ({ZONE} AND state = 'submitted')")
    op.execute(f"ALTER POLICY hall_worker_update ON events_redraws USING ({ZONE} AND state = 'approved')")


def downgrade() -> None:
    op.execute("DROP TABLE events_redraws")
