"""What a zone decides about its help desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.core.module_settings import module_settings
from app.modules.help.kinds import KINDS, Kind

SLUG = "help"
# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext


class HelpSettingsSchema(Schema):
    """Settings of the module in a zone."""

    introduction = fields.String(
        load_default="",
        validate=validate.Length(max=600),
        metadata={
            "label": _("Introduction"),
            "hint": _("Shown to members above the kinds of help; empty for the usual text."),
            "long": True,
        },
    )
    contact_phone = fields.String(
        load_default="",
        validate=validate.Regexp(r"[0-9+ \-转()（）]{0,40}\Z", error=_("Only digits, spaces and dashes.")),
        metadata={"label": _("Phone for questions"), "hint": _("Shown on every page of help.")},
    )
    open_kinds = fields.List(
        fields.String(
            validate=validate.OneOf(list(KINDS)),
            metadata={"labels": {kind.key: kind.title for kind in KINDS.values()}},
        ),
        load_default=lambda: list(KINDS),
        metadata={
            "label": _("Kinds members can apply for"),
            "hint": _("Applications already made go on when a kind is closed."),
        },
    )
    promise_days = fields.Integer(
        load_default=10,
        validate=validate.Range(min=1, max=60, error=_("Between 1 and 60 working days.")),
        metadata={
            "label": _("Working days until the promised answer"),
            "hint": _("Counted from the day an application is submitted."),
        },
    )


@dataclass(frozen=True, slots=True)
class HelpSettings:
    """The settings in force in the running zone."""

    introduction: str
    contact_phone: str
    open_kinds: tuple[Kind, ...]
    promise_days: int


def current_settings() -> HelpSettings:
    """The running zone's settings, the defaults where it has decided nothing."""
    values = module_settings(SLUG)
    return HelpSettings(
        introduction=values["introduction"],
        contact_phone=values["contact_phone"],
        open_kinds=tuple(kind for kind in KINDS.values() if kind.key in values["open_kinds"]),
        promise_days=values["promise_days"],
    )
