"""A captain hands a team over to somebody in it, until it was handed in: from then on the contestant is theirs.

Revision ID: events_competition_0005
"""

from alembic import op

from app.modules.events.kinds.competition.policies import ACCOUNT
from tenants.policies import OWNER, RUNNING_ZONE, Rule, protect

revision = "events_competition_0005"
down_revision = "events_competition_0004"
branch_labels = None
depends_on = None

HAND_OVER = f"""
CREATE FUNCTION hand_competition_captaincy(heir uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    team uuid;
    fault text;
BEGIN
    SELECT m.team_id INTO team FROM events_competition_team_members m WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir;
    PERFORM pg_advisory_xact_lock(hashtextextended('events.competition.team.' || team, 0));
    UPDATE events_competition_team_members m SET is_captain = false
        WHERE m.zone_id = {RUNNING_ZONE} AND m.team_id = team AND m.id <> heir AND m.is_captain AND m.left_at IS NULL AND m.{ACCOUNT};
    IF NOT FOUND THEN
        fault := 'own';
    ELSIF EXISTS (SELECT FROM events_competition_contestants c WHERE c.zone_id = {RUNNING_ZONE} AND c.team_id = team) THEN
        fault := 'kept';
    END IF;
    UPDATE events_competition_team_members m SET is_captain = true
        WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir AND m.left_at IS NULL;
    IF NOT FOUND THEN
        fault := 'gone';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'team % can not be so', team
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_competition_team_members_' || fault;
    END IF;
END $$;
"""  # noqa: S608 - constants only
SIGNATURE = "hand_competition_captaincy(uuid)"


def upgrade() -> None:
    op.execute(HAND_OVER)
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO {OWNER}")
    op.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO hall_member")
    protect("events_competition_team_members", owner=Rule(update="true", update_columns="is_captain"))


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP POLICY hall_owner_update ON events_competition_team_members")
