"""What is wrong with the walls, in sentences: empty lists when they stand as `reach.py` says."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import psycopg

from tenants.context import Plane
from tests.contracts.catalogue import zone_tables
from tests.contracts.reach import BEYOND, CHANGED, NOTHING, ONE_S_OWN, READ_IN_PART, SHARED, WHOLE, ZONE
from tests.contracts.rows import Scene, Whose, is_personal
from tests.contracts.walk import RIGHTS, Reached, Where, acting, granted_columns, login, reach

Measured = dict[Plane, dict[tuple[str, str], Reached]]


def measure(settings: Any, scene: Scene, wanted: Iterable[str] = ()) -> Measured:
    """What every plane reaches in every table (or those wanted)."""
    with login(settings.database_url) as connection:
        return {plane: reach(connection, scene, plane, wanted) for plane in Plane}


def wrong_reach(
    owner: psycopg.Connection[Any], scene: Scene, measured: Measured, wanted: Iterable[str] = ()
) -> list[str]:
    """Where planes reach further, or less far, than they may."""
    by_zone = zone_tables(owner)
    wrong = []
    for plane, (table, right) in product(Plane, product(wanted or scene.rows, RIGHTS)):
        compare = _compare_zone if table in by_zone else _compare_shared
        faults = compare(scene, table, plane, right, measured[plane].get((table, right), NOTHING))
        wrong += [f"{plane} {right} {table}: {fault}" for fault in faults]
    return wrong


def _compare_zone(scene: Scene, table: str, plane: Plane, right: str, reached: Reached) -> list[str]:
    own_only = plane is Plane.MEMBER and is_personal(table, scene.columns[table])
    allowed = ONE_S_OWN if own_only else ZONE
    excused, _why = BEYOND.get((table, plane, right), (NOTHING, ""))
    unneeded = excused if excused and not reached - allowed else NOTHING
    return _told("reaches", reached - allowed - excused) + _told("does not need the excuse to reach", unneeded)


def _compare_shared(scene: Scene, table: str, plane: Plane, right: str, reached: Reached) -> list[str]:
    if table not in SHARED:
        return ["is a table of no zone, and `reach.py` says nothing of it"]
    said = SHARED[table].by_plane()[plane].rights().get(right, NOTHING)
    expected = frozenset((where, whose) for where, whose in said if whose in scene.rows[table])
    return _told("reaches", reached - expected) + _told("does not reach", expected - reached)


def _told(verb: str, reached: Reached) -> list[str]:
    """One sentence for a place: whose rows it is about."""
    places = {place: [str(whose) for where, whose in sorted(reached) if where is place] for place, _ in sorted(reached)}
    return [f"{verb} {', '.join(whose)} row {place}" for place, whose in places.items()]


def wrong_columns(owner: psycopg.Connection[Any], scene: Scene) -> list[str]:
    """Columns that planes may change or read beyond, or short of, what `reach.py` says."""
    wrong = []
    for table, columns in scene.columns.items():
        every = {column.name for column in columns}
        for plane in Plane:
            changed = set(granted_columns(owner, plane, table, "UPDATE"))
            said = set(CHANGED[table, plane].split()) if (table, plane) in CHANGED else None
            if said is None and plane in (Plane.MEMBER, Plane.STAFF) and table not in WHOLE:
                said = set()
            if changed != (said if said is not None else changed and every):
                wrong.append(f"{plane} changes of {table}: {' '.join(sorted(changed ^ (said or every)))}")
            read = set(granted_columns(owner, plane, table, "SELECT"))
            part = set(READ_IN_PART[table, plane].split()) if (table, plane) in READ_IN_PART else every
            if read and read != part:
                wrong.append(f"{plane} reads of {table}: {' '.join(sorted(read ^ part))}")
    return wrong


def rewritten_revisions(settings: Any, scene: Scene) -> list[str]:
    """Ways in which staff can rewrite what was or is in force, or was given up."""
    own = scene.owners[Whose.OWN].zone
    changes = ("document = '{}'", "note = 'x'", "published_at = now()", "status = 'draft'")
    wrong = []
    with login(settings.database_url) as connection, acting(connection, scene, Plane.STAFF, Where.AS_MEMBER):
        for status, change in product(("published", "superseded", "discarded"), changes):
            where = "WHERE zone_id = %s AND status = %s"
            there = connection.execute(f"SELECT 1 FROM zone_revisions {where}", (own.id, status)).fetchone()  # type: ignore[arg-type]
            assert there, f"no {status} revision to try"
            try:
                with connection.transaction():
                    connection.execute(f"UPDATE zone_revisions SET {change} {where}", (own.id, status))  # type: ignore[arg-type]
            except psycopg.errors.RestrictViolation:
                continue
            except psycopg.errors.UniqueViolation:
                pass  # two drafts: the revision itself would have let it be done
            wrong.append(f"{change} of a {status} revision")
    return wrong
