"""Vouchers are given by index, however few there were when a connection first planned it.

Revision ID: benefits_0009
"""

from alembic import op

revision = "benefits_0009"
down_revision = "benefits_0008"
branch_labels = None
depends_on = None

GIVE = "give_vouchers(uuid, uuid[], uuid[], text[], text, date, uuid, text)"


def upgrade() -> None:
    # A function's plans are kept. Made while the tables are nearly empty they read them whole, for each member, as they grow.
    op.execute(f"ALTER FUNCTION {GIVE} SET enable_seqscan = off")


def downgrade() -> None:
    op.execute(f"ALTER FUNCTION {GIVE} RESET enable_seqscan")
