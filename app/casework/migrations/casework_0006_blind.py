"""What is kept from an employer's union stays out of the audit trail and the files its people see, too.

Revision ID: casework_0006
"""

from alembic import op

from tenants.policies import OWNER

revision = "casework_0006"
down_revision = "casework_0005"
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
# A paper is seen by whom sees its case.
PAPERS_OF_CASES_SEEN = """
CREATE POLICY hall_staff_papers ON files AS RESTRICTIVE FOR SELECT TO hall_staff
    USING (purpose <> 'casework.paper' OR EXISTS (
        SELECT 1 FROM case_documents d WHERE d.zone_id = files.zone_id AND d.file_id = files.id));
"""


def upgrade() -> None:
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION keep_blind_cases_blind OWNER TO {OWNER}")
    op.execute(PAPERS_OF_CASES_SEEN)


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_papers ON files")
    op.execute("DROP TRIGGER keep_blind_cases_blind ON audit_entries")
    op.execute("DROP FUNCTION keep_blind_cases_blind")
