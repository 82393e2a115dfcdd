"""A draw may be among some of the entries, and of these some may have more chances than one.

Revision ID: events_0004
"""

from alembic import op

from tenants.context import Plane

revision = "events_0004"
down_revision = "events_0003"
branch_labels = None
depends_on = None

COLUMNS = f"""
ALTER TABLE events_draws ADD COLUMN rule text NOT NULL DEFAULT '' CHECK (char_length(rule) <= 200),
    DROP CONSTRAINT events_draws_committed;
ALTER TABLE events_draws ADD CONSTRAINT events_draws_committed
    CHECK (seed IS NULL OR encode(sha256(decode(seed, 'hex') || convert_to(rule, 'UTF8')), 'hex') = commitment);
GRANT SELECT (rule) ON events_draws TO {Plane.MEMBER}, {Plane.STAFF};
ALTER TABLE events_draw_places ADD COLUMN chances integer NOT NULL DEFAULT 1 CHECK (chances > 0);
"""
KEPT = """
CREATE OR REPLACE FUNCTION keep_draw() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.drawn_at IS NOT NULL OR (OLD.seed_cipher, OLD.commitment{rule_before}) IS DISTINCT FROM (NEW.seed_cipher, NEW.commitment{rule_now}) THEN
        RAISE EXCEPTION 'draw % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_draws_kept';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(KEPT.format(rule_before=", OLD.rule", rule_now=", NEW.rule"))


def downgrade() -> None:
    op.execute(KEPT.format(rule_before="", rule_now=""))
    op.execute("""
        ALTER TABLE events_draw_places DROP COLUMN chances;
        ALTER TABLE events_draws DROP CONSTRAINT events_draws_committed, DROP COLUMN rule;
        ALTER TABLE events_draws ADD CONSTRAINT events_draws_committed
            CHECK (seed IS NULL OR encode(sha256(decode(seed, 'hex')), 'hex') = commitment);
    """)
