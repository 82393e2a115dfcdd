"""The registration of a team that was handed in is its captain's, whoever that becomes.

Revision ID: events_competition_0007
"""

from alembic import op

from tenants.policies import OWNER

revision = "events_competition_0007"
down_revision = "events_competition_0006"
branch_labels = None
depends_on = None

FOLLOW = """
CREATE FUNCTION follow_competition_captain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE events_competition_contestants c
        SET account_id = NEW.account_id, member_id = NEW.member_id, union_id = NEW.union_id, union_path = NEW.union_path
        WHERE c.zone_id = NEW.zone_id AND c.team_id = NEW.team_id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_competition_captain AFTER UPDATE OF is_captain ON events_competition_team_members FOR EACH ROW
    WHEN (NEW.is_captain) EXECUTE FUNCTION follow_competition_captain();
"""


def upgrade() -> None:
    op.execute(FOLLOW)
    op.execute(f"ALTER FUNCTION follow_competition_captain() OWNER TO {OWNER}")
    op.execute("REVOKE ALL ON FUNCTION follow_competition_captain() FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP TRIGGER follow_competition_captain ON events_competition_team_members")
    op.execute("DROP FUNCTION follow_competition_captain()")
