"""What the studio's forms take."""

from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

from app.core.theming import themes
from app.identity.schemas import Phone


class LookSchema(Schema):
    """Theme, slogan, and the tokens of whichever theme is chosen."""

    theme = fields.String(required=True)
    slogan = fields.String(load_default="", validate=validate.Length(max=60))
    tokens = fields.Dict(load_default=dict)

    @pre_load
    def gather_tokens(self, source: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The form's fields that are tokens of the chosen theme, gathered."""
        theme = themes().get(source.get("theme", ""))
        names = theme.tokens if theme else {}
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


class BannerSlideSchema(Schema):
    """A banner's picture: its title and where it leads inside the zone."""

    title = fields.String(load_default="", validate=validate.Length(max=60))
    href = fields.String(load_default="", validate=validate.Regexp(r"/(?![/\\])[^\s\\]*$"))


class NewZoneSchema(Schema):
    """A zone to provision."""

    slug = fields.String(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=validate.Length(max=60))
    union_id = fields.UUID(required=True)
    preset = fields.String(required=True)


class AppointmentSchema(Schema):
    """A zone's administrator, by phone."""

    phone = Phone(required=True)
    name = fields.String(required=True, validate=validate.Length(max=40))


class RenameSchema(Schema):
    """A zone's new slug, new name, or both."""

    slug = fields.String(validate=validate.Length(max=40))
    name = fields.String(validate=validate.Length(max=60))


class DomainSchema(Schema):
    """A domain of the union's own."""

    domain = fields.String(required=True, validate=validate.Length(max=253))


class LockSchema(Schema):
    """A value fixed for a subtree: a theme, or a module on or off."""

    union_id = fields.UUID(required=True)
    key = fields.String(required=True, validate=validate.Regexp(r"theme|module\.[a-z_]+$"))
    value = fields.Raw(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=200))

    @pre_load
    def split_choice(self, source: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The form's one choice, `theme=harbor` or `module.help=on`, as key and value."""
        key, _equals, value = source.get("choice", "").partition("=")
        return {**source, "key": key, "value": value if key == "theme" else value == "on"}
