"""What is kept from an employer's union stays out of the audit trail and the files its people see, too.

Revision ID: casework_0008
"""

from alembic import op

from tenants.policies import OWNER

revision = "casework_0008"
down_revision = "casework_0006"
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
# A file of a case is seen by whom sees what it belongs to; who sends one sees it before it belongs to anything.
SENT_BY_ONESELF = "uploaded_by = nullif(current_setting('hall.account', true), '')::uuid"
FILES = {"casework.paper": "case_documents", "casework.message": "case_messages"}


def upgrade() -> None:
    op.execute(TRIGGER)
    op.execute(f"ALTER FUNCTION keep_blind_cases_blind OWNER TO {OWNER}")
    for purpose, table in FILES.items():
        belongs = f"SELECT 1 FROM {table} t WHERE t.zone_id = files.zone_id AND t.file_id = files.id"  # noqa: S608
        op.execute(f"""
            CREATE POLICY hall_staff_{table} ON files AS RESTRICTIVE FOR SELECT TO hall_staff
            USING (purpose <> '{purpose}' OR {SENT_BY_ONESELF} OR EXISTS ({belongs}))
        """)


def downgrade() -> None:
    for table in FILES.values():
        op.execute(f"DROP POLICY hall_staff_{table} ON files")
    op.execute("DROP TRIGGER keep_blind_cases_blind ON audit_entries")
    op.execute("DROP FUNCTION keep_blind_cases_blind")
