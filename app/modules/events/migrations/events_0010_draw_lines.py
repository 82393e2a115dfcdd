"""Who waits behind the winners of a draw, and pieces that go on because a winner's voucher was made void.

Revision ID: events_0010
"""

from alembic import op

from tenants.policies import ZONE

revision = "events_0010"
down_revision = "events_0009"
branch_labels = None
depends_on = None

WHY = ("declined", "ineligible", "refused")
CHECKED = "state NOT IN ('approved', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)"
VOID = "why = 'void' AND state = 'approved' AND done_at IS NOT NULL"


def _allow(why: tuple[str, ...], checked: str) -> None:
    listed = ", ".join(f"'{each}'" for each in why)
    op.execute(f"""
        ALTER TABLE events_redraws DROP CONSTRAINT events_redraws_why_check, DROP CONSTRAINT events_redraws_checked;
        ALTER TABLE events_redraws ADD CONSTRAINT events_redraws_why_check CHECK (why IN ({listed})),
            ADD CONSTRAINT events_redraws_checked CHECK ({checked});
    """)


def upgrade() -> None:
    op.execute("""
        ALTER TABLE events_draw_places ADD waits boolean NOT NULL DEFAULT false,
            ADD CONSTRAINT events_draw_places_waits CHECK (NOT waits OR won IS FALSE);
        CREATE INDEX events_draw_places_line_idx ON events_draw_places (zone_id, campaign_id, place) WHERE waits;
    """)
    _allow((*WHY, "void"), f"{CHECKED} OR why = 'void'")
    op.execute(f"""
        ALTER TABLE events_redraws ALTER made_by DROP NOT NULL,
            ADD CONSTRAINT events_redraws_made CHECK (made_by IS NOT NULL OR why = 'void');
        GRANT INSERT ON events_redraws TO hall_worker;
        CREATE POLICY hall_worker_insert ON events_redraws FOR INSERT TO hall_worker WITH CHECK ({ZONE} AND {VOID});
    """)


def downgrade() -> None:
    op.execute("""
        DROP POLICY hall_worker_insert ON events_redraws;
        REVOKE INSERT ON events_redraws FROM hall_worker;
        DELETE FROM events_redraws WHERE why = 'void';
        ALTER TABLE events_redraws DROP CONSTRAINT events_redraws_made, ALTER made_by SET NOT NULL;
    """)
    _allow(WHY, CHECKED)
    op.execute("ALTER TABLE events_draw_places DROP waits")
