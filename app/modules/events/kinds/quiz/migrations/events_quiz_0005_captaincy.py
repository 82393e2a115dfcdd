"""A captain hands a team over to somebody in it.

Revision ID: events_quiz_0005
"""

from alembic import op

from tenants.policies import OWN, OWNER, RUNNING_ZONE, Rule, protect

revision = "events_quiz_0005"
down_revision = "events_quiz_0004"
branch_labels = None
depends_on = None

HAND_OVER = f"""
CREATE FUNCTION hand_quiz_captaincy(heir uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    team uuid;
    fault text;
BEGIN
    SELECT m.team_id INTO team FROM events_quiz_team_members m WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir;
    PERFORM pg_advisory_xact_lock(hashtextextended('events.quiz.team.' || team, 0));
    UPDATE events_quiz_team_members m SET is_captain = false
        WHERE m.zone_id = {RUNNING_ZONE} AND m.team_id = team AND m.id <> heir AND m.is_captain AND m.left_at IS NULL AND m.{OWN};
    IF NOT FOUND THEN
        fault := 'own';
    END IF;
    UPDATE events_quiz_team_members m SET is_captain = true
        WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir AND m.left_at IS NULL;
    IF NOT FOUND THEN
        fault := 'gone';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'team % can not be so', team
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_quiz_team_members_' || fault;
    END IF;
END $$;
"""  # noqa: S608 - constants only
SIGNATURE = "hand_quiz_captaincy(uuid)"


def upgrade() -> None:
    op.execute(HAND_OVER)
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO {OWNER}")
    op.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO hall_member")
    protect("events_quiz_team_members", owner=Rule(update="true", update_columns="is_captain"))


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP POLICY hall_owner_update ON events_quiz_team_members")
