"""Nobody names or dismisses themselves as a judge, whatever the kind of the campaign.

Revision ID: events_0011
"""

from alembic import op

from tenants.policies import OWNER

revision = "events_0011"
down_revision = "events_0010"
branch_labels = None
depends_on = None

ANOTHER = """
CREATE FUNCTION refuse_own_appointment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.account_id = nullif(current_setting('hall.account', true), '')::uuid
            AND (TG_OP = 'INSERT' OR NEW.dismissed_at IS DISTINCT FROM OLD.dismissed_at) THEN
        RAISE EXCEPTION 'judge % is named by another', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_judges_by_another';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(ANOTHER)
    op.execute(f"ALTER FUNCTION refuse_own_appointment() OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_own_appointment()")
