"""What lets a captain hand a team over, and a team pass on, for the migrations of each kind that has teams."""

from alembic import op

from tenants.context import Plane
from tenants.policies import OWNER, RUNNING_ZONE, ZONE, Rule, protect


def let_captains_hand_over(kind: str, own: str, *, kept: str = "false") -> None:
    """Make `hand_<kind>_captaincy(heir)`: only whose row of the team is their `own` hands it over, unless the team is `kept` (both SQL)."""
    members, signature = _members(kind), _signature(kind)
    # A fault is told by a constraint's name: own, kept or gone.
    op.execute(f"""
CREATE FUNCTION {_name(kind)}(heir uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    team uuid;
    fault text;
BEGIN
    SELECT m.team_id INTO team FROM {members} m WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir;
    PERFORM pg_advisory_xact_lock(hashtextextended('events.{kind}.team.' || team, 0));
    UPDATE {members} m SET is_captain = false
        WHERE m.zone_id = {RUNNING_ZONE} AND m.team_id = team AND m.id <> heir AND m.is_captain AND m.left_at IS NULL AND m.{own};
    IF NOT FOUND THEN
        fault := 'own';
    ELSIF {kept} THEN
        fault := 'kept';
    END IF;
    UPDATE {members} m SET is_captain = true WHERE m.zone_id = {RUNNING_ZONE} AND m.id = heir AND m.left_at IS NULL;
    IF NOT FOUND THEN
        fault := 'gone';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'team % can not be so', team USING ERRCODE = 'check_violation', CONSTRAINT = '{members}_' || fault;
    END IF;
END $$;
    """)  # noqa: S608 - constants only
    op.execute(f"ALTER FUNCTION {signature} OWNER TO {OWNER}")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO hall_member")
    protect(members, owner=Rule(update="true", update_columns="is_captain"))


def let_captains_stay(kind: str) -> None:
    """Undo it."""
    op.execute(f"DROP FUNCTION {_signature(kind)}")
    op.execute(f"DROP POLICY {OWNER}_update ON {_members(kind)}")


def let_teams_pass_on(kind: str, looked_at: str) -> None:
    """Let background work make somebody in a team its captain and dissolve a team; what the trigger on the columns `looked_at` asks of
    people it sees to itself."""
    protect(_teams(kind), worker=Rule(update=ZONE, update_columns="dissolved_at"))
    protect(_members(kind), worker=Rule(update=ZONE, update_columns="is_captain, left_at"))
    _look_at(kind, looked_at, f"WHEN (current_user <> '{Plane.WORKER}')")


def let_teams_rest(kind: str, looked_at: str) -> None:
    """Undo it."""
    _look_at(kind, looked_at)
    for table, columns in ((_teams(kind), "dissolved_at"), (_members(kind), "is_captain, left_at")):
        op.execute(f"DROP POLICY {Plane.WORKER}_update ON {table}")
        op.execute(f"REVOKE UPDATE ({columns}) ON {table} FROM {Plane.WORKER}")


def _look_at(kind: str, columns: str, when: str = "") -> None:
    op.execute(f"DROP TRIGGER keep_{kind}_team_member ON {_members(kind)}")
    op.execute(f"""CREATE TRIGGER keep_{kind}_team_member AFTER INSERT OR UPDATE OF {columns} ON {_members(kind)}
        FOR EACH ROW {when} EXECUTE FUNCTION keep_{kind}_team_member()""")


def _name(kind: str) -> str:
    return f"hand_{kind}_captaincy"


def _signature(kind: str) -> str:
    return f"{_name(kind)}(uuid)"


def _members(kind: str) -> str:
    return f"events_{kind}_team_members"


def _teams(kind: str) -> str:
    return f"events_{kind}_teams"
