"""Nobody publishes a notice that lists their own grant, be it one they are kept from as one of the employer's people.

Revision ID: casework_0034
"""

from alembic import op

from tenants.policies import OWN, OWNER

revision = "casework_0034"
down_revision = "casework_0033"
branch_labels = None
depends_on = None

# Rows that whoever publishes does not see count too, so that it looks with its owner's rights.
TRIGGER = f"""
CREATE FUNCTION refuse_own_notices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM case_public_listings l JOIN cases c ON c.zone_id = l.zone_id AND c.id = l.case_id
            WHERE l.zone_id = NEW.zone_id AND l.notice_id = NEW.id AND l.taken_off_at IS NULL
                AND (l.{OWN} OR c.submitted_by = NEW.published_by)) THEN
        RAISE EXCEPTION 'the notice lists a grant of whoever publishes it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_public_notices_not_one_s_own';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_own_notices BEFORE UPDATE OF published_by ON case_public_notices
    FOR EACH ROW WHEN (NEW.published_by IS NOT NULL) EXECUTE FUNCTION refuse_own_notices();
"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(f"""
        CREATE POLICY {OWNER}_select ON case_public_listings FOR SELECT TO {OWNER} USING (true);
    """)
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION refuse_own_notices OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_own_notices ON case_public_notices; DROP FUNCTION refuse_own_notices")
    op.execute(f"DROP POLICY {OWNER}_select ON case_public_listings")
