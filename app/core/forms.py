"""Forms: what a person typed, what is wrong with it, and the clean data, kept together until the page is shown again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from app.core.errors import DomainError
from app.core.schema_words import in_words
from app.core.seen import FIELD as SEEN
from app.core.seen import ChangedMeanwhile
from tenants.ids import uuid7

FORM_FIELDS = {"csrf_token", "_once", SEEN}


class Form:
    """One form of one request.

    `values` is what the fields show, `errors` maps a field to its messages (`""` for the whole form), `data` is what
    the schema made of a valid submission, `seen` the mark of what the page shows (`app.core.seen`).
    """

    def __init__(self, schema: type[Schema] | Schema, values: dict[str, Any] | None = None, *, seen: str = "") -> None:
        self.schema = schema() if isinstance(schema, type) else schema
        self.values: dict[str, Any] = dict(values or {})
        self.errors: dict[str, list[str]] = {}
        self.data: Any = {}
        self.seen = seen

    def submit(self) -> bool:
        """Take the request's form data; true when the schema accepts it. What was typed stays in `values`."""
        self.values = self.typed()
        self.seen = seen_mark()
        try:
            self.data = self.schema.load(self.values, unknown=EXCLUDE)
        except ValidationError as fault:
            self.errors = _flat(fault.normalized_messages())
        return not self.errors

    def typed(self) -> dict[str, Any]:
        """The request's form data as the schema wants it; a form with fields of its own kind adds them here."""
        return _unticked(self.schema) | _plain(request.form, self.schema)

    def refuse(self, error: DomainError) -> None:
        """Show a domain error at its field, with everything typed still there."""
        self.errors.setdefault(error.field, []).append(str(error.message))
        if isinstance(error, ChangedMeanwhile):
            self.seen = error.mark


def parse_uuid(text: str) -> UUID | None:
    """The id in a text, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def number_asked(name: str) -> int:
    """A whole number in the address, such as `?after=20`; 0 for anything else, and for what no column holds."""
    number = request.args.get(name, 0, int)
    return number if 0 <= number < 2**31 else 0


def form_id() -> UUID:
    """The id the form was given, so that sent again it finds what it made the first time; a new one where it has none."""
    return parse_uuid(request.form.get("_once", "")) or uuid7()


def seen_mark() -> str:
    """The mark of what the page showed whose form was sent."""
    return request.form.get(SEEN, "")


def asked_for(schema: type[Schema]) -> dict[str, Any]:
    """What the address asks for, as the schema of a filter loads it; parts of it that make no sense are ignored."""
    given = {name: value.strip(" \0") for name, value in request.args.items() if value.strip(" \0")}
    wrong = schema().validate(given, partial=True)
    found: Any = schema().load({name: given[name] for name in given.keys() - wrong}, unknown=EXCLUDE)
    return found


def _unticked(schema: Schema) -> dict[str, Any]:
    """What a browser says with silence: a switch that is off, a list of which nothing is ticked.

    Without it the schema would fall back to its default, and nobody could ever switch off what is on by default.
    """
    chosen = {name: field for name, field in schema.fields.items() if not field.required}
    off = {name: False for name, field in chosen.items() if isinstance(field, fields.Boolean)}
    return off | {name: [] for name, field in chosen.items() if isinstance(field, fields.List)}


def _plain(submitted: MultiDict[str, str], schema: Schema) -> dict[str, Any]:
    """The submitted fields as the schema wants them: lists where it has lists, absent where left empty."""
    values: dict[str, Any] = {}
    for name in submitted:
        if name in FORM_FIELDS:
            continue
        is_list = isinstance(schema.fields.get(name), fields.List)
        values[name] = [storable(each) for each in submitted.getlist(name)] if is_list else storable(submitted[name])
    return {name: value for name, value in values.items() if value != ""}


def storable(text: str) -> str:
    """What was typed without blanks around it, and without NUL, which PostgreSQL can't keep and nobody can see."""
    return text.replace("\0", "").strip()


def _flat(messages: dict[str, Any]) -> dict[str, list[str]]:
    """Marshmallow's nested messages as one list a field; the schema's own messages go to the whole form.

    A field of a list's row is called as on the page: `slides-0-title`.
    """
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        for key, inner in _by_field("" if name == "_schema" else str(name), found):
            flat.setdefault(key, []).extend(_texts(inner))
    return flat


def _by_field(name: str, found: Any) -> Iterator[tuple[str, Any]]:
    rows = found.items() if isinstance(found, dict) else ()
    if not any(isinstance(row, dict) for _number, row in rows):
        yield name, found
    for number, row in rows:
        for field, messages in row.items() if isinstance(row, dict) else ():
            yield f"{name}-{number}-{field}", messages


def _texts(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for inner in found.values() for text in _texts(inner)]
    if isinstance(found, list):
        return [text for inner in found for text in _texts(inner)]
    return [in_words(found)]
