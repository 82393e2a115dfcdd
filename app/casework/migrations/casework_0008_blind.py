"""What is kept from an employer's union stays out of the audit trail and the files its people see, too.

Revision ID: casework_0008
"""

from alembic import op

from tenants.policies import OWNER, ZONE

revision = "casework_0008"
down_revision = "casework_0002"
branch_labels = None
depends_on = "0002_blind_audit"

# Every entry about a case is kept from whom the case is kept from, whoever writes it.
TRIGGER = """
CREATE FUNCTION keep_blind_cases_blind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT blind_path INTO NEW.blind_path FROM cases WHERE zone_id = NEW.zone_id AND id = NEW.object_id::uuid;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_blind_cases_blind BEFORE INSERT ON audit_entries
    FOR EACH ROW WHEN (NEW.object_type = 'case' AND NEW.object_id <> '') EXECUTE FUNCTION keep_blind_cases_blind();
"""
PAPERS_OF_CASES_SEEN = f"""{ZONE} AND (purpose <> 'casework.paper' OR EXISTS (
    SELECT 1 FROM case_documents d WHERE d.zone_id = files.zone_id AND d.file_id = files.id))"""  # noqa: S608 - constants


def upgrade() -> None:
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION keep_blind_cases_blind OWNER TO {OWNER}")
    op.execute(f"ALTER POLICY hall_staff_select ON files USING ({PAPERS_OF_CASES_SEEN})")


def downgrade() -> None:
    op.execute(f"ALTER POLICY hall_staff_select ON files USING ({ZONE})")
    op.execute("DROP TRIGGER keep_blind_cases_blind ON audit_entries")
    op.execute("DROP FUNCTION keep_blind_cases_blind")
