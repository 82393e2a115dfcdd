"""No aid is under way, or over, that two people did not agree on.

Revision ID: legal_aid_0001
"""

from alembic import op

revision = "legal_aid_0001"
down_revision = None
branch_labels = ("legal_aid",)
depends_on = "casework_0013"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cases ADD CONSTRAINT legal_aid_accepted CHECK (
            module <> 'legal_aid' OR accepted_by IS NOT NULL OR state NOT IN ('under_way', 'agreed', 'failed', 'concluded'))
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP CONSTRAINT legal_aid_accepted")
