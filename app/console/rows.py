"""A settings form with lists of rows: slides, entries. A row's fields are called `<list>-<number>-<field>`.

Rows are moved, removed and added by the form's own buttons, `step` = `up:slides:1`, so that nothing typed is lost and no
script is needed.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.datastructures import FileStorage

from app.console.pictures import store_picture
from app.console.settings_forms import SettingField
from app.core.forms import Form, storable
from app.core.images import ImageError

UPLOAD = "-upload"
PICTURE_SIDE = 1500
STEP = re.compile(r"(up|down|remove|add):([a-z_]+):(\d{1,3})")


@dataclass(slots=True)
class _Row:
    """A row as it was sent: its number on the page, its values, what is wrong with its picture."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


class SettingsForm(Form):
    """The form of a settings schema with the fields `shown` on its page.

    `keeps_pictures` is false for a preview: it stores nothing.
    """

    def __init__(
        self,
        schema: type[Schema],
        shown: list[SettingField],
        values: dict[str, Any],
        *,
        seen: str,
        keeps_pictures: bool = True,
    ) -> None:
        super().__init__(schema, values, seen=seen)
        self._lists = [each for each in shown if each.kind == "rows"]
        self._keeps_pictures = keeps_pictures
        self._faults: dict[str, list[str]] = {}
        self._stored: list[tuple[str, _Row, str]] = []

    @property
    def has_step(self) -> bool:
        """Whether a button of a row was pressed rather than the form's own."""
        return STEP.fullmatch(request.form.get("step", "")) is not None

    def submit(self) -> bool:
        super().submit()
        self.errors |= self._faults
        return not self.errors

    def typed(self) -> dict[str, Any]:
        return super().typed() | {each.name: self._typed_rows(each) for each in self._lists}

    def _typed_rows(self, rows: SettingField) -> list[dict[str, Any]]:
        sent = _rearranged(rows.name, [self._row(rows, number) for number in _numbers(rows.name)])
        kept = [row for row in sent if row.values or row.fault]
        for position, row in enumerate(kept):
            if row.fault:
                self._faults[f"{rows.name}-{position}-{rows.picture}"] = [row.fault]
        return [row.values for row in kept]

    def give_pictures_back(self) -> None:
        """A refused form stores nothing, its pictures neither: the former ones are shown again, and the reader is told."""
        for name, row, former in self._stored:
            row.values.pop(name)
            if former:
                row.values[name] = former
        if self._stored:
            self.errors.setdefault("", []).append(_("Please choose the new pictures again."))

    def _row(self, rows: SettingField, number: int) -> _Row:
        row, start = _Row(number), f"{rows.name}-{number}-"
        for column in rows.fields:
            if value := storable(request.form.get(f"{start}{column.name}", "")):
                row.values[column.name] = value
        upload = request.files.get(f"{start}{rows.picture}{UPLOAD}")
        if upload and upload.filename and self._keeps_pictures:
            self._take_picture(row, rows.picture, upload)
        return row

    def _take_picture(self, row: _Row, name: str, upload: FileStorage) -> None:
        former = row.values.get(name, "")
        try:
            row.values[name] = store_picture(upload, "photo", PICTURE_SIDE)
        except ImageError as fault:
            row.fault = _(fault.message) % fault.params
        else:
            self._stored.append((name, row, former))


def _numbers(name: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-\w[\w-]*")
    found = (pattern.fullmatch(sent) for sent in (*request.form, *request.files))
    return sorted({int(match[1]) for match in found if match})


def _rearranged(name: str, rows: list[_Row]) -> list[_Row]:
    """The rows after the step of the button that was pressed."""
    step = STEP.fullmatch(request.form.get("step", ""))
    here = next((at for at, row in enumerate(rows) if step and step[2] == name and row.number == int(step[3])), None)
    if step is None or here is None or step[1] == "add":
        return rows
    row = rows.pop(here)
    if step[1] != "remove":
        rows.insert(max(here + (-1 if step[1] == "up" else 1), 0), row)
    return rows
