"""Answers as people read them: the member, the desk, a letter, an export; and what changed between two tellings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from app.casework.forms.declarations import CaseForm
from app.casework.forms.field import Field, is_empty
from app.casework.forms.rows import Row, Rows, titled
from app.core.modules import Text as Words


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in the reader's language; of a list of rows, one row."""

    key: str
    title: str
    text: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class ToldSection:
    """A section's answers; sections without any are left out."""

    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer was and is; empty where there was or is none."""

    key: str
    title: str
    before: str
    after: str


def answered(form: CaseForm, answers: Mapping[str, Any], *, masked: bool = True) -> tuple[ToldSection, ...]:
    """What was answered, in the form's order. Sensitive answers are masked: `masked=False` is for who may see them."""
    return _told(form, {field.key: _lines(field, answers[field.key], masked) for field in _asked(form, answers)})


def drafted(form: CaseForm, typed: Mapping[str, Any]) -> tuple[ToldSection, ...]:
    """What was typed so far, as its author reads it, right or wrong."""
    return _told(form, {field.key: _typed_lines(field, typed[field.key]) for field in _asked(form, typed)})


def differences(
    form: CaseForm, old: Mapping[str, Any], new: Mapping[str, Any], *, masked: bool = True
) -> tuple[Change, ...]:
    """What changed between two answers to one form; of a list, the rows that went and came."""
    return tuple(
        Change(field.key, str(field.title), *_before_and_after(field, old.get(field.key), new.get(field.key), masked))
        for field in form.fields
        if old.get(field.key) != new.get(field.key)
    )


def _asked(form: CaseForm, values: Mapping[str, Any]) -> Iterator[Field[Any]]:
    return (field for field in form.fields if not is_empty(values.get(field.key)))


def _told(form: CaseForm, lines: Mapping[str, list[Line]]) -> tuple[ToldSection, ...]:
    sections = (
        ToldSection(section.title, tuple(line for field in section.fields for line in lines.get(field.key, ())))
        for section in form.sections
    )
    return tuple(section for section in sections if section.lines)


def _lines(field: Field[Any], answer: Any, masked: bool) -> list[Line]:
    if isinstance(field, Rows):
        sensitive = {column.key for column in field.columns if column.is_sensitive}
        return [
            Line(
                field.key,
                f"{field.title} {number}",
                field.tell_row(row, masked=masked),
                masked and not sensitive.isdisjoint(row),
            )
            for number, row in enumerate(answer, 1)
        ]
    return [Line(field.key, str(field.title), field.tell(answer, masked=masked), masked and field.is_sensitive)]


def _typed_lines(field: Field[Any], typed: Any) -> list[Line]:
    if isinstance(field, Rows):
        rows = ((number, _typed_row(field, row)) for number, row in enumerate(typed, 1))
        return [Line(field.key, f"{field.title} {number}", text) for number, text in rows if text]
    return [Line(field.key, str(field.title), _typed_text(field, typed))]


def _typed_row(field: Rows, row: Row) -> str:
    told = (titled(column, _typed_text(column, row[column.key])) for column in field.columns if column.key in row)
    return " · ".join(told)


def _typed_text(field: Field[Any], typed: Any) -> str:
    try:
        return field.tell(field.read(typed))
    except ValidationError:
        return str(typed)


def _before_and_after(field: Field[Any], old: Any, new: Any, masked: bool) -> tuple[str, str]:
    if not isinstance(field, Rows):
        before, after = ("" if answer is None else field.tell(answer, masked=masked) for answer in (old, new))
        return before, after
    went, came = _without(old or [], new or []), _without(new or [], old or [])
    before, after = ("\n".join(field.tell_row(row, masked=masked) for row in rows) for rows in (went, came))
    return before, after


def _without(rows: list[Row], others: list[Row]) -> list[Row]:
    """The rows that are not among the others, each counted as often as it is there."""
    left = list(others)
    gone = []
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            gone.append(row)
    return gone
