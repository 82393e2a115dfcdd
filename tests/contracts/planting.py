"""Plants a row with a canary into every table, as a superuser, so that walks can look for what leaks.

Knows no table by name: columns are filled by type, CHECK lists by their first value; checks that relate columns are set
aside while planting. A new table is planted by itself.
"""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy.engine import make_url

from tenants.ids import uuid7

CANARY = "金丝雀canary7319"
COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES' AS nullable, c.column_default, c.is_generated,
       c.is_identity
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> 'alembic_version'
ORDER BY c.table_name, c.ordinal_position
"""
CHECKS = """
SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""
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
    for table, name, kind, nullable, default, generated, identity in connection.execute(COLUMNS):
        written = generated == "ALWAYS" or identity == "YES"
        found.setdefault(table, []).append(Column(name, kind, nullable, default, written))
    return found


def allowed_values(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    """The first value of each CHECK (column IN (...)) by table and column."""
    found = {}
    for table, _name, definition in connection.execute(CHECKS):
        listed = LISTED.fullmatch(definition)
        first = re.search(r"'([^']*)'", listed[2]) if listed else None
        if listed and first:
            found[table, listed[1]] = first[1]
    return found


def plant(
    connection: psycopg.Connection[Any], zone_id: UUID, member_id: UUID | None, union_path: str
) -> dict[str, UUID]:
    """Plant one row in every zone table for the zone; returns the id planted by table."""
    listed = allowed_values(connection)
    planted = {}
    related = [check for check in connection.execute(CHECKS).fetchall() if not LISTED.fullmatch(check[2])]
    for table, name, _definition in related:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")  # type: ignore[arg-type]
    connection.execute("SET session_replication_role = replica")
    for table, columns in tables(connection).items():
        names = {column.name for column in columns}
        if "zone_id" not in names or table == "zone_domains":  # a planted domain would become the zone's address
            continue
        row_id = uuid7()
        known = {"zone_id": zone_id, "id": row_id, "member_id": member_id, "union_path": union_path}
        row = {
            column.name: known.get(column.name, _value(table, column, listed))
            for column in columns
            if not column.written_by_database
        }
        placeholders = ", ".join(["%s"] * len(row))
        connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({placeholders})",  # type: ignore[arg-type]
            list(row.values()),  # type: ignore[arg-type]
        )
        planted[table] = row_id
    connection.execute("SET session_replication_role = DEFAULT")
    for table, name, definition in related:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")  # type: ignore[arg-type]
    connection.commit()
    return planted


def _value(table: str, column: Column, listed: dict[tuple[str, str], str]) -> Any:
    if (table, column.name) in listed:
        return listed[table, column.name]
    if column.type in ("text", "character varying"):
        return f"{CANARY}{uuid7().hex}"
    by_type = {
        "uuid": uuid7(), "jsonb": Jsonb({"canary": CANARY}), "boolean": True, "bytea": f"{CANARY}{uuid7().hex}".encode(),
        "integer": 7319, "bigint": 7319, "smallint": 7, "numeric": 7319, "date": "2026-01-01",
        "timestamp with time zone": "2026-01-01T00:00:00Z", "ARRAY": [],
    }  # fmt: skip
    return by_type[column.type]
