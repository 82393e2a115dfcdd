"""Forms made from settings schemas: each field's kind, words and choices as the page needs them.

A schema's field says its words in `metadata`: `label`, `hint`, and `labels` for the choices of a `OneOf`.
"""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate

from app.core.modules import Text


@dataclass(frozen=True, slots=True)
class SettingField:
    """One field of a settings form; `kind` is checkbox, number, select, checkboxes, textarea or text."""

    name: str
    kind: str
    label: Text
    hint: Text = ""
    options: tuple[tuple[Any, Text], ...] = ()
    minimum: int | None = None
    maximum: int | None = None


def form_fields(schema: type[Schema] | None) -> list[SettingField]:
    """The fields a page can show; nested values (a banner's slides) have forms of their own."""
    if schema is None:
        return []
    shown = [_field(name, field) for name, field in schema().fields.items()]
    return [field for field in shown if field is not None]


def _field(name: str, field: fields.Field) -> SettingField | None:
    label = field.metadata.get("label", name)
    hint = field.metadata.get("hint", "")
    options = _options(field.inner if isinstance(field, fields.List) else field)
    if isinstance(field, fields.Boolean):
        return SettingField(name, "checkbox", label, hint)
    if isinstance(field, fields.Integer):
        low, high = _bounds(field)
        return SettingField(name, "number", label, hint, minimum=low, maximum=high)
    if isinstance(field, fields.List):
        return SettingField(name, "checkboxes", label, hint, options) if options else None
    if options:
        return SettingField(name, "select", label, hint, options)
    if isinstance(field, fields.String):
        return SettingField(name, "textarea" if field.metadata.get("long") else "text", label, hint)
    return None


def _options(field: Any) -> tuple[tuple[Any, Text], ...]:
    for check in field.validators:
        if isinstance(check, validate.OneOf):
            labels = field.metadata.get("labels", {})
            return tuple((choice, labels.get(choice, choice)) for choice in check.choices)
    return ()


def _bounds(field: fields.Field) -> tuple[int | None, int | None]:
    for check in field.validators:
        if isinstance(check, validate.Range):
            return check.min, check.max
    return None, None
