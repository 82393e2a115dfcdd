"""When an untouched draft ends.

Revision ID: casework_0011
"""

from alembic import op

revision = "casework_0011"
down_revision = "casework_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN draft_ends_at timestamptz")
    op.execute("CREATE INDEX cases_drafts_idx ON cases (zone_id, updated_at) WHERE phase = 'draft'")


def downgrade() -> None:
    op.execute("DROP INDEX cases_drafts_idx")
    op.execute("ALTER TABLE cases DROP COLUMN draft_ends_at")
