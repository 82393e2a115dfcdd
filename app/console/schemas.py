"""What the forms of the studio and of the city console take."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from app.console.locks import MODULE, THEME
from app.core.platform import platform
from app.core.theming import themes
from app.identity.schemas import Phone
from tenants.context import ZoneState

SAY_WHY: Any = lazy_gettext("Say why: the reason is kept in the audit trail.")
CHOOSE_DEED: Any = lazy_gettext("Choose what shall become of the zone.")
UNKNOWN_CHOICE = lazy_gettext("Choose a theme or a module of this installation.")


class LookSchema(Schema):
    """Theme, slogan, and the tokens of the theme whose fields the form showed.

    Those fields mean nothing for another theme: whoever picks one begins with its own colours.
    """

    theme = fields.String(required=True)
    tokens_of = fields.String(load_default="")
    slogan = fields.String(load_default="", validate=validate.Length(max=60))
    tokens = fields.Dict(load_default=dict)

    @pre_load
    def gather_tokens(self, source: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The form's fields that are tokens of the chosen theme, gathered."""
        theme = themes().get(source.get("theme", ""))
        names = theme.tokens if theme and theme.slug == source.get("tokens_of") else {}
        return {**source, "tokens": {name: source[name] for name in names if name in source}}

    @post_load
    def as_numbers(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Numbers as numbers where they are ones; the theme's own check judges the rest."""
        data["tokens"] = {name: _number(value) for name, value in data["tokens"].items()}
        return data


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


class Slug(fields.String):
    """The label of a host, which knows no capitals."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return super()._deserialize(*args, **kwargs).lower()


class NewZoneSchema(Schema):
    """A zone to provision."""

    slug = Slug(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=validate.Length(max=60))
    union_id = fields.UUID(required=True)
    preset = fields.String(required=True)


class AppointmentSchema(Schema):
    """A zone's administrator, by phone."""

    phone = Phone(required=True)
    name = fields.String(required=True, validate=validate.Length(max=40))


class StateSchema(Schema):
    """A zone's next state as an operator wishes it, and why."""

    state = fields.String(
        required=True,
        error_messages={"required": CHOOSE_DEED},
        validate=validate.OneOf(list(ZoneState), error=CHOOSE_DEED),
    )
    reason = fields.String(required=True, error_messages={"required": SAY_WHY}, validate=validate.Length(max=200))


class ZoneListSchema(Schema):
    """A sheet of zones."""

    id = fields.UUID(required=True)


class RenameSchema(Schema):
    """A zone's new slug, new name, or both."""

    slug = Slug(validate=validate.Length(max=40))
    name = fields.String(validate=validate.Length(max=60))


class DomainSchema(Schema):
    """A domain of the union's own."""

    domain = fields.String(required=True, validate=validate.Length(max=253))


class LockSchema(Schema):
    """A value fixed for a subtree: a theme, or a module on or off. The form sends the two as one `choice`."""

    union_id = fields.UUID(required=True)
    key = fields.String(required=True)
    value = fields.Raw(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=200))

    @pre_load
    def split_choice(self, source: dict[str, Any], **_: Any) -> dict[str, Any]:
        """`theme=harbor` or `module.help=on` as key and value; raises for what this installation does not have."""
        key, _equals, word = str(source.get("choice", "")).partition("=")
        slug = key.removeprefix(MODULE)
        if key == THEME and word in themes():
            return {**source, "key": key, "value": word}
        if slug != key and slug in platform().modules and word in ("on", "off"):
            return {**source, "key": key, "value": word == "on"}
        raise ValidationError(str(UNKNOWN_CHOICE), "choice")
