"""Entries that the order of a draw goes past without a prize: of who wants to wait no more, and of who is no more.

Revision ID: events_0012
"""

from alembic import op

from tenants.policies import OWN, ZONE

revision = "events_0012"
down_revision = "events_0011"
branch_labels = None
depends_on = None

OWN_ENTRY = f"""EXISTS (SELECT 1 FROM events_entries e WHERE e.zone_id = events_draw_places.zone_id AND e.id = events_draw_places.id
    AND e.{OWN})"""  # noqa: S608 - constants only


def upgrade() -> None:
    # Each leaves the line for themselves alone, and nobody comes back into it: whoever works for the zone says no more than who is gone.
    op.execute(f"""
        ALTER TABLE events_draw_places ADD passed_over text CHECK (passed_over IN ('left', 'gone')),
            ADD CONSTRAINT events_draw_places_passed_over CHECK (passed_over IS NULL OR (NOT waits AND won IS FALSE));
        GRANT UPDATE (waits, passed_over) ON events_draw_places TO hall_member;
        CREATE POLICY hall_member_update ON events_draw_places FOR UPDATE TO hall_member
            USING ({ZONE} AND waits AND {OWN_ENTRY}) WITH CHECK ({ZONE} AND NOT waits AND passed_over = 'left' AND {OWN_ENTRY});
        ALTER POLICY hall_worker_update ON events_draw_places
            USING ({ZONE} AND passed_over IS NULL) WITH CHECK ({ZONE} AND passed_over IS DISTINCT FROM 'left');
    """)


def downgrade() -> None:
    op.execute(f"""
        ALTER POLICY hall_worker_update ON events_draw_places USING ({ZONE}) WITH CHECK ({ZONE});
        DROP POLICY hall_member_update ON events_draw_places;
        REVOKE UPDATE (waits, passed_over) ON events_draw_places FROM hall_member;
        ALTER TABLE events_draw_places DROP passed_over;
    """)
