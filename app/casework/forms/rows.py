"""A small table as a field: the people of a household, the invoices of a claim."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from marshmallow import ValidationError

from app.casework.forms.choices import Choices
from app.casework.forms.field import Field, is_empty, refusal
from app.casework.forms.texts import LongText, Text
from app.core.modules import Text as Words

_: Callable[..., Any] = lazy_gettext

Row = dict[str, Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows(Field[list[Row]]):
    """From `least` to `most` rows of the same `columns`; the first one is a text and names the row.

    On a page a row's fields are called `<key>-<number>-<column>`. `add` is the button that adds a row.
    """

    columns: tuple[Field[Any], ...]
    add: Words
    least: int = 0
    most: int = 10

    control: ClassVar[str] = "rows"

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if not 0 <= self.least <= self.most <= 50 or self.most < 1:
            yield "it has from 0 to 50 rows"
        if self.column:
            yield "a list has no column of the case"
        if not self.columns or not isinstance(self.columns[0], Text) or isinstance(self.columns[0], LongText):
            yield "its first column must be a text: it names the row"
        if any(isinstance(column, Rows | Choices) for column in self.columns):
            yield "a row has neither rows nor several choices in it"
        if any(column.column for column in self.columns):
            yield "the fields of a row have no column of the case"
        yield from faults_of(self.columns)

    @cached_property
    def known(self) -> dict[str, Field[Any]]:
        return {column.key: column for column in self.columns}

    def name(self, number: int, column: Field[Any]) -> str:
        """What a row's field is called on a page."""
        return f"{self.key}-{number}-{column.key}"

    def prefix(self, number: int) -> str:
        return f"{self.key}-{number}-"

    def _read(self, typed: Any) -> list[Row]:
        """Rows in which nothing was typed are left out; what is wrong is told by the number a row has on the page."""
        rows, errors = [], {}
        for number, sent in enumerate(_rows(typed)):
            if is_empty(sent):
                continue
            row, wrong = read_all(self.columns, sent)
            rows.append(row)
            if wrong := wrong | self._strangers(sent):
                errors[number] = wrong
        if errors:
            raise ValidationError(errors)
        if len(rows) > self.most:
            raise refusal(self._too_many())
        if len(rows) < self.least:
            raise refusal(_("At least %(least)s are needed here.", least=self.least))
        return rows

    def as_typed(self, sent: Any) -> list[Row]:
        rows, errors = [], {}
        for number, row in enumerate(_rows(sent)):
            typed, wrong = type_all(self.columns, row)
            rows.append(typed)
            if wrong := wrong | self._strangers(row):
                errors[number] = wrong
        if errors:
            raise ValidationError(errors)
        if len(rows) > self.most:
            raise refusal(self._too_many())
        return rows

    def _too_many(self) -> Words:
        return _("At most %(most)s can be listed here.", most=self.most)

    def _strangers(self, row: Row) -> dict[str, list[Any]]:
        return {str(key): [_("There is no such field.")] for key in row if key not in self.known}

    def write(self, answer: list[Row]) -> list[Row]:
        return [{key: self.known[key].write(value) for key, value in row.items()} for row in answer]

    def to_json(self, answer: list[Row]) -> list[Row]:
        return [{key: self.known[key].to_json(value) for key, value in row.items()} for row in answer]

    def from_json(self, stored: list[Row]) -> list[Row]:
        return [{key: self.known[key].from_json(value) for key, value in row.items()} for row in stored]

    def tell_row(self, row: Row, *, masked: bool) -> str:
        """A row in one line: "Name: 陈* · Relation: Child"."""
        told = ((column, row[column.key]) for column in self.columns if column.key in row)
        return " · ".join(
            gettext("%(title)s: %(text)s", title=column.title, text=tell(column, value, masked=masked))
            for column, value in told
        )


def read_all(fields: tuple[Field[Any], ...], typed: Mapping[str, Any]) -> tuple[Row, dict[str, list[Any]]]:
    """The answers in what was typed, and what is wrong with them by field.

    A field whose condition does not hold is neither required nor kept. It does not hold either where the field it asks
    about is wrong: that one is told first.
    """
    answers: Row = {}
    errors: dict[str, Any] = {}
    for field in fields:
        if field.when is not None and not field.when.holds(answers):
            continue
        try:
            answer = field.read(typed.get(field.key))
        except ValidationError as fault:
            errors[field.key] = fault.messages
        else:
            if answer is not None:
                answers[field.key] = answer
    return answers, errors


def type_all(fields: tuple[Field[Any], ...], sent: Mapping[str, Any]) -> tuple[Row, dict[str, list[Any]]]:
    """What a draft keeps of what was sent, and what it can't bear, by field."""
    typed: Row = {}
    errors: dict[str, Any] = {}
    for field in fields:
        if sent.get(field.key) in (None, ""):
            continue
        try:
            typed[field.key] = field.as_typed(sent[field.key])
        except ValidationError as fault:
            errors[field.key] = fault.messages
    return typed, errors


def tell(field: Field[Any], answer: Any, *, masked: bool) -> str:
    """An answer in the reader's language; a sensitive one masked where they may not see it."""
    return field.mask(answer) if masked and field.is_sensitive else field.tell(answer)


def faults_of(fields: tuple[Field[Any], ...]) -> Iterator[str]:
    """What is wrong with fields in their order: keys that are there twice, conditions that can't be asked."""
    before: dict[str, Field[Any]] = {}
    for field in fields:
        if field.key in before:
            yield f"the field {field.key!r} is there twice"
        if field.when is not None:
            yield from (f"{field.key!r}: {fault}" for fault in field.when.faults(before))
        before[field.key] = field


def _rows(sent: Any) -> list[Row]:
    if not isinstance(sent, list) or not all(isinstance(row, dict) for row in sent):
        raise refusal(_("This must be a list of rows."))
    return sent
