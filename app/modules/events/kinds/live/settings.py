"""What staff say of a live stream besides what every campaign has."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

LONGEST_ADDRESS = 500


def _(words: str) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words)  # type: ignore[return-value]


def _address(**rest: Any) -> fields.String:
    checks = [
        validate.Length(max=LONGEST_ADDRESS, error=_("Please shorten this.")),
        validate.Regexp(r"https://[^\s/\\]+[^\s\\]*\Z", error=_("Enter an address that starts with https://.")),
    ]
    return fields.String(validate=checks, error_messages={"required": _("Enter the address of the stream.")}, **rest)


class LiveSettings(Schema):
    """Where the stream is; it begins when the campaign opens and is over when it closes."""

    stream_url = _address(required=True)


class AddressForm(Schema):
    """Where the stream is, should it have to move, and where it can be watched again."""

    stream_url = _address(required=True)
    replay_url = _address(load_default="")
