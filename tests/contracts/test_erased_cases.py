"""Nothing of an erased case is left, in whichever module's table: one that is forgotten fails here, and so does its file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.casework.handover.packing import CARRIED
from app.casework.models import Case, OfACase
from app.casework.retention.removing import models_of_cases, remove
from app.core.files import save_file, zone_folder
from tenants.context import SYSTEM, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import canary_row, connect_as_owner, insert, listed_values, planting, tables

KEYS = """
SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text, t.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[array_length(c.conkey, 1)]
JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = c.confkey[array_length(c.confkey, 1)]
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
"""Table and last column of each foreign key, and those it points to."""

Column = tuple[str, str]
"""Of a table."""
CASE: Column = ("cases", "id")


@pytest.fixture
def owner(settings) -> Iterator[psycopg.Connection[Any]]:
    with connect_as_owner(settings.database_owner_url) as connection:
        yield connection


def keys(owner: psycopg.Connection[Any]) -> dict[Column, Column]:
    """What each column points to."""
    return {(table, column): (to, its) for table, column, to, its in owner.execute(KEYS)}


def ways_to_a_case(owner: psycopg.Connection[Any]) -> dict[Column, Column]:
    """Each column that leads to a case, by a key or by its name, or to a row that does; and what it points to."""
    all_keys = keys(owner)
    named = {
        (table, "case_id"): CASE for table, columns in tables(owner).items() if "case_id" in {c.name for c in columns}
    }
    found = named | {column: to for column, to in all_keys.items() if to == CASE}
    while more := {
        column: to
        for column, to in all_keys.items()
        if column not in found and to[0] in {table for table, _column in found} and column[0] != to[0]
    }:
        found |= more
    return found


def values_of(ways: dict[Column, Column]) -> dict[Column, UUID]:
    """What each of these columns and the keys of their rows say, where all lead to one case."""
    known: dict[Column, UUID] = {}

    def value(column: Column) -> UUID:
        return value(ways[column]) if column in ways else known.setdefault(column, uuid7())

    return {column: value(column) for column in (CASE, *((table, "id") for table, _column in ways), *ways)} | known


@contextmanager
def planted(owner: psycopg.Connection[Any], zone: ZoneFacts, member_id: UUID) -> Iterator[dict[Column, UUID]]:
    """A case, and a row with a file in every table that leads to it; the values by which they do."""
    values, listed, columns = values_of(ways_to_a_case(owner)), listed_values(owner), tables(owner)
    led = {table for table, _column in values}
    files = {
        column: _file(zone, member_id) for column, to in keys(owner).items() if to[0] == "files" and column[0] in led
    }
    with planting(owner):
        for table in led:
            known: dict[str, Any] = {"zone_id": zone.id, "member_id": member_id}
            known |= {column: value for (of, column), value in (values | files).items() if of == table}
            insert(owner, table, canary_row(table, columns[table], listed, known))
    yield values


def _file(zone: ZoneFacts, member_id: UUID) -> UUID:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        stored = save_file(b"x", name="a.pdf", media_type="application/pdf", purpose="casework.paper",
                           visibility="personal", member_id=member_id)  # fmt: skip
        db.session.commit()
        return stored.id


def left_of(owner: psycopg.Connection[Any], values: dict[Column, UUID]) -> set[str]:
    """The tables in which something still leads to the case."""
    return {
        table
        for table, column in ways_to_a_case(owner)
        if owner.execute(f"SELECT 1 FROM {table} WHERE {column} = %s", [values[table, column]]).fetchone()  # type: ignore[arg-type]
    }


def erase(zone: ZoneFacts, case_id: UUID) -> None:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        remove(db.session.get_one(Case, (zone.id, case_id)))
        db.session.commit()


def files_of(zone: ZoneFacts) -> list[str]:
    return [path.name for path in zone_folder(zone.id).rglob("*") if path.is_file()]


def test_every_table_that_leads_to_a_case_and_every_file_is_empty_of_it_afterwards(world, owner):
    zone = world.zone()
    with planted(owner, zone, world.member(zone).member_id) as values:
        assert left_of(owner, values) == {table for table, _column in values} - {"cases"}
        assert len(files_of(zone)) >= 5
        owner.commit()
        erase(zone, values[CASE])
        assert left_of(owner, values) == set()
        assert files_of(zone) == []


def test_a_table_that_nobody_thought_of_is_found(world, owner):
    """The control: what no model tells of stays, and is seen."""
    zone = world.zone()
    owner.execute("CREATE TABLE forgotten (zone_id uuid NOT NULL, id uuid PRIMARY KEY, case_id uuid)")
    owner.commit()
    try:
        with planted(owner, zone, world.member(zone).member_id) as values:
            owner.commit()
            erase(zone, values[CASE])
            assert left_of(owner, values) == {"forgotten"}
    finally:
        owner.rollback()
        owner.execute("DROP TABLE forgotten")
        owner.commit()


def test_every_table_of_cases_has_a_model_and_keeps_its_file_where_it_is_looked_for(owner):
    modelled = {model.__tablename__ for model in models_of_cases()}
    cascading = {"help_used_invoices"}
    assert {table for table, column in ways_to_a_case(owner) if column == "case_id"} - modelled - cascading == set()
    assert {column for (table, column), to in keys(owner).items() if to[0] == "files" and table in modelled} == {
        "file_id"
    }


def test_a_hand_over_carries_every_table_of_cases_or_says_what_it_leaves():
    undecided = [model.__name__ for model in OfACase.__subclasses__() if (model in CARRIED) == bool(model.stays)]
    assert undecided == []
