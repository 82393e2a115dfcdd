"""A small table as a field: the people of a household, the invoices of a claim."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from marshmallow import ValidationError

from app.casework.forms.choices import Choices
from app.casework.forms.field import Field, is_empty, refusal
from app.casework.forms.reading import faults_of, read_all, type_all
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
        first = self.columns[0] if self.columns else None
        if not isinstance(first, Text) or isinstance(first, LongText) or not first.is_required or first.when:
            yield "its first column must be a text that is always required: it names the row"
        if any(isinstance(column, Rows | Choices) for column in self.columns):
            yield "a row has neither rows nor several choices in it"
        if self.is_sensitive:
            yield "its columns are sensitive, each by itself"
        if any(column.column for column in self.columns):
            yield "the fields of a row have no column of the case"
        yield from faults_of(self.columns)

    @cached_property
    def known(self) -> dict[str, Field[Any]]:
        return {column.key: column for column in self.columns}

    def prefix(self, number: int) -> str:
        return f"{self.key}-{number}-"

    def shown(self, typed: Mapping[str, Any]) -> int:
        """How many rows a page shows: those that were typed, and empty ones where some are needed."""
        return max(len(typed.get(self.key) or ()), self.least, self.is_required)

    def named(self, rows: Iterable[Row]) -> Row:
        """What was typed, by the names that fields have on a page."""
        return {self.prefix(number) + key: value for number, row in enumerate(rows) for key, value in row.items()}

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

    def _strangers(self, row: Row) -> dict[str, list[str]]:
        return {str(key): [gettext("There is no such field.")] for key in row if key not in self.known}

    def write(self, answer: list[Row]) -> list[Row]:
        return [{key: self.known[key].write(value) for key, value in row.items()} for row in answer]

    def to_json(self, answer: list[Row]) -> list[Row]:
        return [{key: self.known[key].to_json(value) for key, value in row.items()} for row in answer]

    def from_json(self, stored: list[Row]) -> list[Row]:
        return [{key: self.known[key].from_json(value) for key, value in row.items()} for row in stored]

    def _tell(self, answer: list[Row]) -> str:
        return "\n".join(self.tell_row(row) for row in answer)

    def tell_row(self, row: Row, *, masked: bool = False) -> str:
        """A row in one line: "Name: 陈小明 · Relation: Child"."""
        return " · ".join(
            titled(column, column.tell(row[column.key], masked=masked)) for column in self.columns if column.key in row
        )


def titled(field: Field[Any], text: str) -> str:
    return gettext("%(title)s: %(text)s", title=field.title, text=text)


def _rows(sent: Any) -> list[Row]:
    if not isinstance(sent, list) or not all(isinstance(row, dict) for row in sent):
        raise refusal(_("This must be a list of rows."))
    return sent
