"""Minimum living standards as the city noted them.

Revision ID: help_0003
"""

from alembic import op

from tenants.policies import Rule, protect

revision = "help_0003"
down_revision = "help_0002"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE help_standards (
    id uuid PRIMARY KEY,
    union_path text COLLATE "C" NOT NULL CHECK (union_path <> ''),
    region text NOT NULL,
    effective_from date NOT NULL,
    line_cents bigint NOT NULL CHECK (line_cents > 0),
    source text NOT NULL CHECK (source <> ''),
    noted_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (union_path, effective_from)
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    seen = Rule(read="true")
    protect("help_standards", member=seen, staff=seen, worker=seen,
            city=Rule(read="true", insert="true", delete="true"))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE help_standards")
