"""Plants a row with a canary into every table, as a superuser, so that walks can look for what leaks.

Knows no table by name: columns are filled by type, CHECK lists by their first value; checks that relate columns are set
aside while planting. A new table is planted by itself.
"""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlalchemy.engine import make_url

from tenants.ids import uuid7

CANARY = "金丝雀canary7319"
COLUMNS = """
SELECT c.relname AS table_name, a.attname AS column_name,
       CASE WHEN t.typcategory = 'A' THEN 'ARRAY' ELSE format_type(a.atttypid, NULL) END AS data_type, NOT a.attnotnull AS nullable,
       pg_get_expr(d.adbin, d.adrelid) AS column_default, a.attgenerated <> '' OR a.attidentity <> '' AS written_by_database
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
ORDER BY c.relname, a.attnum
"""
"""The catalogue itself: `information_schema` takes half a second for the same."""
CHECKS = """
SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""
_numbers = itertools.count(7319)
LISTED = re.compile(r"CHECK \(\((\w+) = ANY \(ARRAY\[([^\]]*)\]\)\)\)")


@dataclass(frozen=True)
class Column:
    """A column as the catalogue describes it."""

    name: str
    type: str
    nullable: bool
    default: str | None
    written_by_database: bool


def connect_as_owner(owner_url: str) -> psycopg.Connection[Any]:
    """A superuser's connection: what no application code ever has."""
    return psycopg.connect(make_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False))


def tables(connection: psycopg.Connection[Any]) -> dict[str, list[Column]]:
    """Every table of the platform with its columns."""
    found: dict[str, list[Column]] = {}
    for table, *column in connection.execute(COLUMNS):
        found.setdefault(table, []).append(Column(*column))
    return found


def listed_values(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], list[str]]:
    """The values of each CHECK (column IN (...)) by table and column."""
    found = {}
    for table, _name, definition in connection.execute(CHECKS):
        if listed := LISTED.fullmatch(definition):
            found[table, listed[1]] = re.findall(r"'([^']*)'", listed[2])
    return found


@contextmanager
def planting(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Within the block rows go in whatever foreign keys, triggers and checks across columns say; commits at its end."""
    related = [check for check in connection.execute(CHECKS).fetchall() if not LISTED.fullmatch(check[2])]
    for table, name, _definition in related:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")  # type: ignore[arg-type]
    connection.execute("SET session_replication_role = replica")
    yield
    connection.execute("SET session_replication_role = DEFAULT")
    for table, name, definition in related:
        unchecked = f"{definition.removesuffix(' NOT VALID')} NOT VALID"
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {unchecked}")  # type: ignore[arg-type]
    connection.commit()


def plant(
    connection: psycopg.Connection[Any], zone_id: UUID, member_id: UUID | None, union_path: str
) -> dict[str, UUID]:
    """Plant one row in every zone table for the zone; returns the id planted by table."""
    listed = listed_values(connection)
    planted = {}
    with planting(connection):
        for table, columns in tables(connection).items():
            names = {column.name for column in columns}
            if "zone_id" not in names or table == "zone_domains":  # a planted domain would become the zone's address
                continue
            planted[table] = uuid7()
            known = {"zone_id": zone_id, "id": planted[table], "member_id": member_id, "union_path": union_path}
            insert(connection, table, canary_row(table, columns, listed, known))
    return planted


def canary_row(
    table: str, columns: list[Column], listed: dict[tuple[str, str], list[str]], known: dict[str, Any]
) -> dict[str, Any]:
    """A row with what is known of it, the first of listed values, and canaries."""
    return {
        column.name: known.get(column.name, _value(table, column, listed))
        for column in columns
        if not column.written_by_database
    }


def insert(
    connection: psycopg.Connection[Any], table: str, row: dict[str, Any], more: str = ""
) -> psycopg.Cursor[dict[str, Any]]:
    """Insert a row; `more` ends the statement."""
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    cursor = connection.cursor(row_factory=dict_row)
    return cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places}) {more}", list(row.values()))  # type: ignore[arg-type]


def _value(table: str, column: Column, listed: dict[tuple[str, str], list[str]]) -> Any:
    if (table, column.name) in listed:
        return listed[table, column.name][0]
    if column.type in ("text", "character varying"):
        return f"{CANARY}{uuid7().hex}"
    by_type = {
        "uuid": uuid7(), "jsonb": Jsonb({"canary": CANARY}), "boolean": True, "bytea": f"{CANARY}{uuid7().hex}".encode(),
        "integer": next(_numbers), "bigint": next(_numbers), "smallint": 7, "numeric": 7319, "date": "2026-01-01",
        "timestamp with time zone": "2026-01-01T00:00:00Z", "ARRAY": [],
        "xid8": "7319",
    }  # fmt: skip
    return by_type[column.type]
