"""Finding the few pinned articles without reading all.

Revision ID: news_0002
"""

from alembic import op

revision = "news_0002"
down_revision = "news_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX news_articles_pinned_idx ON news_articles (zone_id, pinned_until) WHERE pinned_until IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX news_articles_pinned_idx")
