"""A zone's look as a stylesheet: the theme's tokens, then the zone's own values. Values are typed, never free CSS."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.modules import Text
from app.core.theming import Theme, chain
from tenants.revisions import RevisionDocument

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5


class TokenError(ValueError):
    """A token value that its theme does not allow; `name` is the token."""

    def __init__(self, name: str, fault: Text) -> None:
        self.name = name
        self.fault = fault
        super().__init__(name)


def stylesheet(document: RevisionDocument) -> str:
    """The CSS of a document's theme chain and tokens."""
    links = chain(document.theme)
    parts = [
        (link.folder / "tokens.css").read_text() for link in reversed(links) if (link.folder / "tokens.css").is_file()
    ]
    own = "".join(f"{name}:{value};" for name, value in properties(links[0], document.tokens).items())
    return "\n".join([*parts, f":root{{{own}}}"])


def properties(theme: Theme, tokens: Mapping[str, Any]) -> dict[str, str]:
    """The custom properties of the tokens a theme knows; tokens of another theme are left alone."""
    return {
        theme.tokens[name]["property"]: check_token(theme, name, value)
        for name, value in tokens.items()
        if name in theme.tokens
    }


def check_token(theme: Theme, name: str, value: Any) -> str:
    """The value as CSS; raises `TokenError` when it is not of the token's type or lacks contrast (WCAG 2.2, 1.4.3)."""
    token = theme.tokens[name]
    if token["type"] == "color":
        return _check_colour(name, token, str(value))
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TokenError(name, _("this is not a number")) from None
    if not token["min"] <= number <= token["max"]:
        raise TokenError(name, _("it must be from %(least)s to %(most)s", least=token["min"], most=token["max"]))
    return f"{number:g}{token.get('unit', '')}"


def _check_colour(name: str, token: dict[str, Any], value: str) -> str:
    if not COLOUR.fullmatch(value):
        raise TokenError(name, _("this is not a colour like #0a6aae"))
    against = token.get("against", "")
    if COLOUR.fullmatch(against) and contrast(value, against) < LEAST_CONTRAST:
        raise TokenError(
            name,
            _(
                "the contrast to %(against)s is %(ratio)s, at least %(least)s is needed to read it",
                against=against,
                ratio=f"{contrast(value, against):.1f}",
                least=LEAST_CONTRAST,
            ),
        )
    if name == "background" and contrast(value, "#14232e") < LEAST_CONTRAST:
        raise TokenError(name, _("it is too dark to read text on"))
    return value.lower()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
