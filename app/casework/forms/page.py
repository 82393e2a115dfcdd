"""A declared form as a page sends it. Lists of rows grow and shrink by the form's own buttons, with everything typed kept."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import fields

from app.casework.forms.choices import Choices
from app.casework.forms.declarations import CaseForm
from app.casework.forms.rows import Row, Rows
from app.casework.forms.schemas import draft_schema, submission_schema
from app.core.forms import Form, storable

STEP = re.compile(r"(?P<step>add|remove):(?P<list>[a-z0-9_]{1,40})(?::(?P<number>[0-9]{1,3}))?")
"""What the buttons of rows send as `step`: `add:household`, `remove:household:1`."""


class AnswerForm(Form):
    """A declared form of one request: complete, or as a draft.

    `besides` as in `submission_schema`; a draft shows them again and does not keep them.
    """

    def __init__(
        self,
        case_form: CaseForm,
        values: dict[str, Any] | None = None,
        *,
        is_draft: bool = False,
        besides: Mapping[str, fields.Field[Any]] | None = None,
        seen: str = "",
    ) -> None:
        schema = draft_schema(case_form) if is_draft else submission_schema(case_form, besides)
        super().__init__(schema, values, seen=seen)
        self.case_form = case_form
        self._names = {*self.schema.fields, *(besides or {})}

    def typed(self) -> dict[str, Any]:
        typed = {name: value for name, value in super().typed().items() if name in self._names}
        for field in self.case_form.fields:
            if isinstance(field, Choices):
                typed[field.key] = [storable(each) for each in request.form.getlist(field.key)]
            elif isinstance(field, Rows):
                typed[field.key] = _after_step(field, _rows(field))
        return typed

    @property
    def step_at(self) -> str:
        """The id of where the page goes on after a button of a list was pressed; empty when none was."""
        match = STEP.fullmatch(request.form.get("step", ""))
        field = self.case_form.known.get(match["list"]) if match else None
        if match is None or not isinstance(field, Rows):
            return ""
        rows = self.values.get(field.key) or ()
        if match["step"] == "add" and rows:
            return f"field-{field.prefix(len(rows) - 1)}{field.columns[0].key}"
        return f"field-{field.key}"


def as_sent(case_form: CaseForm, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed as the fields of a page that sends it, name by name."""
    single = {name: value for name, value in case_form.named(typed).items() if not isinstance(value, list)}
    several = {field.key: typed.get(field.key) or [] for field in case_form.fields if isinstance(field, Choices)}
    return [*single.items(), *((key, value) for key, values in several.items() for value in values)]


def _rows(field: Rows) -> list[Row]:
    """The rows in the order of their numbers, empty ones too: they keep their place while the page is filled in."""
    name = re.compile(rf"{field.key}-([0-9]{{1,3}})-({'|'.join(field.known)})")
    rows: dict[int, Row] = {}
    for sent, value in request.form.items():
        if match := name.fullmatch(sent):
            row = rows.setdefault(int(match[1]), {})
            if text := storable(value):
                row[match[2]] = text
    return [row for _number, row in sorted(rows.items())]


def _after_step(field: Rows, rows: list[Row]) -> list[Row]:
    match = STEP.fullmatch(request.form.get("step", ""))
    if match is None or match["list"] != field.key:
        return rows
    if match["step"] == "add":
        return [*rows, {}] if len(rows) < field.most else rows
    return [row for number, row in enumerate(rows) if match["number"] is None or number != int(match["number"])]
