"""Whom a judge does not score, whatever the kind of the campaign.

Revision ID: events_0008
"""

from alembic import op

from tenants.policies import OWNER

revision = "events_0008"
down_revision = "events_0007"
branch_labels = None
depends_on = None

# Two unions are on one line when one stands above the other, or they are the same. What stands at the zone's own union, or above, stands
# above all alike: there only the same union counts.
LINE = """
CREATE FUNCTION on_one_line(tie text, path text, zone text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT tie = path OR tie <> zone AND path <> zone AND (starts_with(tie, path) OR starts_with(path, tie))
$$;
"""


def upgrade() -> None:
    op.execute(LINE)
    op.execute(f"ALTER FUNCTION on_one_line(text, text, text) OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("DROP FUNCTION on_one_line(text, text, text)")
