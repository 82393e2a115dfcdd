"""Whose rows there are when a plane looks around: planted in every table, for each of five owners, and taken out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from tenants.context import ZoneFacts
from tenants.ids import uuid7
from tests.contracts.planting import Column, canary_row, connect_as_owner, insert, listed_values, planting, tables
from tests.fixtures.world import World

Row = dict[str, Any]
PERSONAL = frozenset({"member_id", "subject_member_id", "account_id"})
STATES = ("state", "status", "visibility")
# What a zone and its people have by being there: table → the column of the owner's value that is its key.
FOUND = {"zones": "zone_id", "unions": "union_id", "members": "member_id", "accounts": "account_id",
         "union_member_counts": "union_id"}  # fmt: skip


class Whose(StrEnum):
    """To whom a row belongs, seen from the zone and the person whose scope runs."""

    OWN = "their own"
    NEIGHBOUR = "another member's of the zone"
    BELOW = "a zone's below"
    ABOVE = "the zone's above"
    ELSEWHERE = "another zone's"


@dataclass(frozen=True)
class Owner:
    """A zone, a member of its union and their account."""

    zone: ZoneFacts
    member_id: UUID
    account_id: UUID

    def values(self) -> Row:
        """What a row of theirs says, by the names columns have everywhere."""
        zone = self.zone
        return {
            "zone_id": zone.id, "desk_zone_id": zone.id, "origin_zone_id": zone.id, "held_in": zone.id, "union_id": zone.union_id, "default_union_id": zone.union_id,
            "union_path": zone.union_path, "origin_union_path": zone.union_path, "member_id": self.member_id,
            "subject_member_id": self.member_id, "account_id": self.account_id,
        }  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Five owners with rows of theirs in every table; `columns` are those of each table."""

    owners: dict[Whose, Owner]
    rows: dict[str, dict[Whose, list[Row]]]
    columns: dict[str, list[Column]]
    listed: dict[tuple[str, str], list[str]]

    def new_rows(self, table: str, whose: Whose, known: Row) -> list[Row]:
        """Rows that could be inserted for an owner: one for each state a row of the table can have."""
        return _variants(table, self.columns[table], self.listed, self.owners[whose].values() | known)


@contextmanager
def planted_scene(world: World, owner_url: str) -> Iterator[Scene]:
    """Five owners and their rows, for the time of the block."""
    owners = _owners(world)
    with connect_as_owner(owner_url) as connection:
        columns, listed = tables(connection), listed_values(connection)
        rows = {table: {} for table in columns}
        with planting(connection):
            for whose, owner in owners.items():
                for table in columns:
                    if whose is not Whose.NEIGHBOUR or is_personal(table, columns[table]):
                        rows[table][whose] = list(_plant(connection, table, columns[table], listed, owner))
        try:
            yield Scene(owners, rows, columns, listed)
        finally:
            _take_out(connection, rows)


def is_personal(table: str, columns: list[Column]) -> bool:
    """Whether a table's rows belong to a person within their zone."""
    return table in ("members", "accounts") or any(column.name in PERSONAL for column in columns)


def _owners(world: World) -> dict[Whose, Owner]:
    above = world.union()
    here = world.union(parent=above)
    zones = {
        Whose.ABOVE: world.zone(union=above),
        Whose.OWN: world.zone(union=here),
        Whose.BELOW: world.zone(union=world.union(parent=here)),
        Whose.ELSEWHERE: world.zone(union=world.union(parent=above)),
    }
    zones[Whose.NEIGHBOUR] = zones[Whose.OWN]
    people = {whose: world.member(zone) for whose, zone in zones.items()}
    return {whose: Owner(zones[whose], one.member_id, one.account_id) for whose, one in people.items()}  # type: ignore[arg-type]


def _plant(
    connection: psycopg.Connection[Any],
    table: str,
    columns: list[Column],
    listed: dict[tuple[str, str], list[str]],
    owner: Owner,
) -> Iterator[Row]:
    known = owner.values()
    if table in FOUND:
        key = "union_id" if table == "union_member_counts" else "id"
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s", [known[FOUND[table]]])  # type: ignore[arg-type]
        yield from found.fetchall()
        return
    for row in _variants(table, columns, listed, known):
        yield from insert(connection, table, row, "ON CONFLICT DO NOTHING RETURNING *").fetchall()


def _variants(table: str, columns: list[Column], listed: dict[tuple[str, str], list[str]], known: Row) -> list[Row]:
    state = next((column.name for column in columns if column.name in STATES and (table, column.name) in listed), "")
    states = [{state: value} for value in listed[table, state]] if state else [{}]
    return [canary_row(table, columns, listed, known | {"id": uuid7()} | chosen) for chosen in states]


def _take_out(connection: psycopg.Connection[Any], rows: dict[str, dict[Whose, list[Row]]]) -> None:
    keys = dict(connection.execute("""
        SELECT i.indrelid::regclass::text, array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indisprimary GROUP BY 1
    """).fetchall())  # fmt: skip
    connection.execute("SET session_replication_role = replica")
    for table, by_owner in rows.items():
        condition = " AND ".join(f"{name} = %s" for name in keys[table])
        for row in (row for planted in by_owner.values() for row in planted if table not in FOUND):
            connection.execute(f"DELETE FROM {table} WHERE {condition}", [row[name] for name in keys[table]])  # type: ignore[arg-type]
    connection.execute("SET session_replication_role = DEFAULT")
    connection.commit()
