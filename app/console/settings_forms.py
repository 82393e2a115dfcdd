"""Forms made from settings schemas: each field's kind, words and choices as the page needs them.

A schema's field says its words in `metadata`: `label`, `hint`, `labels` for the choices of a `OneOf`; `choices` names a
provider, `(document) -> [(value, label)]`, of choices that only the zone knows; `long` makes a text a large field;
`picture` makes one a picture's upload; `add` is the button of a list of rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.core.modules import ManifestError, Modules, Text, load_provider
from app.site.blocks import CORE_BLOCKS
from tenants.revisions import RevisionDocument

Options = tuple[tuple[Any, Text], ...]


@dataclass(frozen=True, slots=True)
class SettingField:
    """One field of a settings form.

    `kind` is checkbox, number, select, checkboxes, textarea, text, picture, or rows: a list whose rows have `fields`, at
    most `most` of them.
    """

    name: str
    kind: str
    label: Text
    hint: Text = ""
    options: Options = ()
    minimum: int | None = None
    maximum: int | None = None
    is_required: bool = False
    fields: tuple["SettingField", ...] = ()
    most: int | None = None
    add: Text = ""

    @property
    def picture(self) -> str:
        """The name of a row's field that holds a picture, if one does."""
        return next((field.name for field in self.fields if field.kind == "picture"), "")


def form_fields(schema: type[Schema] | None, document: RevisionDocument) -> list[SettingField]:
    """The fields of a settings form, with the choices of a zone that has this document."""
    return [_field(name, field, document) for name, field in schema().fields.items()] if schema else []


def check_settings(modules: Modules) -> None:
    """Raise `ManifestError` for a setting that no form can show: staff could never change it."""
    for module in modules:
        for schema in (module.settings, *(block.settings for block in module.blocks)):
            _check(f"module {module.slug!r}", schema)
    for block in CORE_BLOCKS.values():
        _check(f"block {block.type!r}", block.settings)


def _check(owner: str, schema: type[Schema] | None) -> None:
    if schema is None:
        return
    for name, field in schema().fields.items():
        kind = _kind(field)
        if not kind:
            raise ManifestError(f"{owner}: no form can show the setting {name!r} of {schema.__name__}")
        if "label" not in field.metadata:
            raise ManifestError(f"{owner}: the setting {name!r} of {schema.__name__} needs a label in its metadata")
        if kind == "rows":
            _check(owner, type(field.inner.schema))  # type: ignore[attr-defined]


def _kind(field: fields.Field) -> str:
    """How a form shows a field; empty where it can't."""
    if isinstance(field, fields.List):
        return "rows" if isinstance(field.inner, fields.Nested) else "checkboxes" if _one_of(field.inner) else ""
    if isinstance(field, fields.Boolean):
        return "checkbox"
    if isinstance(field, fields.Integer):
        return "number"
    if _one_of(field) or "choices" in field.metadata:
        return "select"
    if isinstance(field, fields.String):
        return "picture" if field.metadata.get("picture") else "textarea" if field.metadata.get("long") else "text"
    return ""


def _field(name: str, field: fields.Field, document: RevisionDocument) -> SettingField:
    words = field.metadata
    shown = SettingField(
        name, _kind(field), words.get("label", name), words.get("hint", ""), is_required=not field.allow_none
    )
    if shown.kind == "rows":
        schema = type(field.inner.schema)  # type: ignore[attr-defined]
        inner = tuple(form_fields(schema, document))
        return replace(shown, fields=inner, most=_most(field), add=words.get("add", _("Add")))
    if shown.kind == "number":
        low, high = _bounds(field)
        return replace(shown, minimum=low, maximum=high)
    return replace(shown, options=_options(field.inner if isinstance(field, fields.List) else field, document))


def _options(field: Any, document: RevisionDocument) -> Options:
    provider = field.metadata.get("choices")
    if provider:
        return tuple(load_provider(provider)(document))
    check = _one_of(field)
    labels = field.metadata.get("labels", {})
    return tuple((choice, labels.get(choice, choice)) for choice in check.choices) if check else ()


def _one_of(field: Any) -> validate.OneOf | None:
    return next((check for check in field.validators if isinstance(check, validate.OneOf)), None)


def _bounds(field: fields.Field) -> tuple[int | None, int | None]:
    found = next((check for check in field.validators if isinstance(check, validate.Range)), None)
    return (found.min, found.max) if found else (None, None)


def _most(field: fields.Field) -> int | None:
    found = next((check for check in field.validators if isinstance(check, validate.Length)), None)
    return found.max if found else None


def said(field: SettingField, value: Any) -> str:
    """A setting's value in the form's words; nothing for a picture."""
    if field.kind == "checkbox":
        return str(_("on") if value else _("off"))
    if field.kind == "rows":
        return " · ".join(filter(None, (_said_row(field.fields, row) for row in value or ())))
    labels = {str(choice): str(label) for choice, label in field.options}
    if field.kind == "checkboxes":
        return " · ".join(labels.get(str(each), str(each)) for each in value or ())
    if field.kind == "picture" or value is None:
        return ""
    return labels.get(str(value), str(value))


def _said_row(columns: Iterable[SettingField], row: dict[str, Any]) -> str:
    """A row by its own words: a choice that is empty says nothing."""
    return " ".join(said(column, row[column.name]) for column in columns if row.get(column.name))
