"""Forms: what a person typed, what is wrong with it, and the clean data, kept together until the page is shown again."""

from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.datastructures import MultiDict

from app.core.errors import DomainError
from app.core.schema_words import in_words

FORM_FIELDS = {"csrf_token", "_once"}


class Form:
    """One form of one request.

    `values` is what the fields show, `errors` maps a field to its messages (`""` for the whole form), `data` is what
    the schema made of a valid submission.
    """

    def __init__(self, schema: type[Schema] | Schema, values: dict[str, Any] | None = None) -> None:
        self.schema = schema() if isinstance(schema, type) else schema
        self.values: dict[str, Any] = dict(values or {})
        self.errors: dict[str, list[str]] = {}
        self.data: Any = {}

    def submit(self) -> bool:
        """Take the request's form data; true when the schema accepts it. What was typed stays in `values`."""
        self.values = _plain(request.form, self.schema)
        try:
            self.data = self.schema.load(self.values, unknown=EXCLUDE)
        except ValidationError as fault:
            self.errors = _flat(fault.normalized_messages())
        return not self.errors

    def refuse(self, error: DomainError) -> None:
        """Show a domain error at its field, with everything typed still there."""
        self.errors.setdefault(error.field, []).append(str(error.message))


def _plain(submitted: MultiDict[str, str], schema: Schema) -> dict[str, Any]:
    """The submitted fields as the schema wants them: lists where it has lists, absent where left empty."""
    values: dict[str, Any] = {}
    for name in submitted:
        if name in FORM_FIELDS:
            continue
        is_list = type(schema.fields.get(name)).__name__ == "List"
        values[name] = [_storable(each) for each in submitted.getlist(name)] if is_list else _storable(submitted[name])
    return {name: value for name, value in values.items() if value != ""}


def _storable(text: str) -> str:
    """What was typed without blanks around it, and without NUL, which PostgreSQL can't keep and nobody can see."""
    return text.replace("\0", "").strip()


def _flat(messages: dict[str, Any]) -> dict[str, list[str]]:
    """Marshmallow's nested messages as one list a field; the schema's own messages go to the whole form."""
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        key = "" if name == "_schema" else name
        flat.setdefault(key, []).extend(_texts(found))
    return flat


def _texts(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for inner in found.values() for text in _texts(inner)]
    if isinstance(found, list):
        return [text for inner in found for text in _texts(inner)]
    return [in_words(found)]
