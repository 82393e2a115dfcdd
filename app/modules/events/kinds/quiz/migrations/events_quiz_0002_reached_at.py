"""When a member's best result was handed in: of equal points and times the earlier is before.

Revision ID: events_quiz_0002
"""

from alembic import op

revision = "events_quiz_0002"
down_revision = "events_quiz_0001"
branch_labels = None
depends_on = "events_0003"

INDEXES = """
DROP INDEX events_quiz_scores_ranking_idx, events_quiz_scores_union_idx;
CREATE INDEX events_quiz_scores_ranking_idx ON events_quiz_scores (zone_id, campaign_id, points DESC, milliseconds, {reached}id)
    WHERE points IS NOT NULL;
CREATE INDEX events_quiz_scores_union_idx ON events_quiz_scores (zone_id, campaign_id, union_id, points DESC, milliseconds, {reached}id)
    WHERE points IS NOT NULL;
"""


def upgrade() -> None:
    op.execute("ALTER TABLE events_quiz_scores ADD COLUMN reached_at timestamptz")
    op.execute("""
        UPDATE events_quiz_scores s SET reached_at = (
            SELECT min(a.handed_in_at) FROM events_quiz_attempts a WHERE a.zone_id = s.zone_id AND a.entry_id = s.id
            AND a.points = s.points AND a.milliseconds = s.milliseconds)
    """)
    op.execute("""
        ALTER TABLE events_quiz_scores DROP CONSTRAINT events_quiz_scores_whole,
            ADD CONSTRAINT events_quiz_scores_whole CHECK (num_nulls(points, milliseconds, reached_at) IN (0, 3))
    """)
    op.execute(INDEXES.format(reached="reached_at, "))


def downgrade() -> None:
    op.execute(INDEXES.format(reached=""))
    op.execute("""
        ALTER TABLE events_quiz_scores DROP COLUMN reached_at,
            ADD CONSTRAINT events_quiz_scores_whole CHECK ((points IS NULL) = (milliseconds IS NULL))
    """)
