"""A form with lists of rows; a row's field is called `<list>-<number>-<field>`.

Rows are moved, taken out and added by the form's own buttons, `step` = `up:prizes:1`, so that nothing typed is lost and no script is
needed.
"""

import re
from typing import Any

from flask import request
from marshmallow import Schema, fields

from app.core.forms import Form, seen_mark, storable

STEP = re.compile(r"(up|down|remove|add):([a-z_]+):(\d{1,3})")
ALONE = {"says_nothing_alone": True}
"""Metadata of a field of a row that is chosen and not typed: who empties a row leaves it as it is."""
Rows = list[dict[str, Any]]


class RowsForm(Form):
    """A form whose schema may have lists of nested rows. Rows of which nothing is filled in are none, nor those with nothing but fields
    that say nothing alone (`ALONE`)."""

    def __init__(self, schema: type[Schema] | Schema, values: dict[str, Any] | None = None, *, seen: str = "") -> None:
        super().__init__(schema, values, seen=seen)
        for name in self._lists():
            self.values |= _named(name, self.values.get(name) or [])

    def takes_step(self) -> bool:
        """Whether a button of a row was pressed rather than the form's own: what was typed is there, as it stands after it."""
        if STEP.fullmatch(request.form.get("step", "")) is None:
            return False
        self.values, self.seen = self.typed(), seen_mark()
        return True

    def typed(self) -> dict[str, Any]:
        typed = super().typed()
        for name in self._lists():
            rows = [row for row in _after_step(name, _sent(name)) if self._says_something(name, row)]
            kept = {key: value for key, value in typed.items() if not key.startswith(f"{name}-")}
            typed = kept | _named(name, rows) | {name: rows}
        return typed

    def _says_something(self, name: str, row: dict[str, Any]) -> bool:
        known = _row_fields(self.schema.fields[name])
        return any(field not in known or not known[field].metadata.get("says_nothing_alone") for field in row)

    def _lists(self) -> list[str]:
        return [name for name, field in self.schema.fields.items() if _has_rows(field)]


def _has_rows(field: fields.Field[Any]) -> bool:
    return isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)


def _row_fields(field: fields.Field[Any]) -> dict[str, fields.Field[Any]]:
    return (
        field.inner.schema.fields if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested) else {}
    )


def _named(name: str, rows: Rows) -> dict[str, Any]:
    return {f"{name}-{number}-{field}": value for number, row in enumerate(rows) for field, value in row.items()}


def _sent(name: str) -> Rows:
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-([a-z_]+)")
    rows: dict[int, dict[str, Any]] = {}
    for sent, value in request.form.items():
        if match := pattern.fullmatch(sent):
            row = rows.setdefault(int(match[1]), {})
            if text := storable(value):
                row[match[2]] = text
    return [row for _number, row in sorted(rows.items())]


def _after_step(name: str, rows: Rows) -> Rows:
    step = STEP.fullmatch(request.form.get("step", ""))
    if step is None or step[2] != name or step[1] == "add" or int(step[3]) >= len(rows):
        return rows
    here = int(step[3])
    row = rows.pop(here)
    if step[1] != "remove":
        rows.insert(max(here + (-1 if step[1] == "up" else 1), 0), row)
    return rows
