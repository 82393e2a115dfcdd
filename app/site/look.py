"""A zone's look as a stylesheet: the theme's tokens, then the zone's own values. Values are typed, never free CSS."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.i18n import current_locale
from app.core.modules import Text
from app.core.theming import Theme, chain
from tenants.revisions import RevisionDocument

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LEAST_CONTRAST = 4.5
BASE_STYLESHEET = Path(__file__).parents[1] / "static" / "css" / "hall.css"
PRIMARY_TINT, ACCENT_TINT = 0.10, 0.12
"""How much of the colour hall.css mixes into white for the grounds called soft."""
PAIRS = (
    ("--hall-ink", "--hall-surface"),
    ("--hall-ink", "--hall-background"),
    ("--hall-ink-2", "--hall-surface"),
    ("--hall-ink-2", "--hall-background"),
    ("--hall-primary", "--hall-surface"),
    ("--hall-primary", "--hall-background"),
    ("--hall-primary", "--hall-primary-soft"),
    ("--hall-on-primary", "--hall-primary"),
    ("--hall-accent", "--hall-surface"),
    ("--hall-accent", "--hall-background"),
    ("--hall-accent", "--hall-accent-soft"),
    ("--hall-danger", "--hall-surface"),
    ("--hall-success", "--hall-surface"),
    ("--hall-warning", "--hall-surface"),
)
"""Text and the ground it stands on, wherever the member's pages put words."""
NAMES: dict[str, Text] = {
    "--hall-ink": _("Text"),
    "--hall-ink-2": _("Lesser text"),
    "--hall-on-primary": _("Words on buttons"),
    "--hall-surface": _("White cards"),
    "--hall-danger": _("Words of warning"),
    "--hall-success": _("Words of success"),
    "--hall-warning": _("Words of caution"),
    "--hall-primary-soft": _("Tint of the main colour"),
    "--hall-accent-soft": _("Tint of the second colour"),
}


class TokenError(ValueError):
    """A token value that its theme does not allow; `name` is the token."""

    def __init__(self, name: str, fault: Text) -> None:
        self.name = name
        self.fault = fault
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Two colours of a look that are too near to each other; `name` is the token that could be changed."""

    name: str
    text: Text
    ground: Text
    ratio: float


def stylesheet(document: RevisionDocument) -> str:
    """The CSS of a document's theme chain and tokens."""
    links = chain(document.theme)
    parts = [path.read_text() for path in _token_files(document.theme)]
    own = "".join(f"{name}:{value};" for name, value in properties(links[0], document.tokens).items())
    return "\n".join([*parts, f":root{{{own}}}"])


def properties(theme: Theme, tokens: Mapping[str, Any]) -> dict[str, str]:
    """The custom properties of the tokens a theme knows; tokens of another theme are left alone."""
    return {
        theme.tokens[name]["property"]: check_token(theme, name, value)
        for name, value in tokens.items()
        if name in theme.tokens
    }


def own_tokens(theme: Theme, tokens: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens that say something: those the theme knows and has another value for."""
    known = {name: value for name, value in tokens.items() if name in theme.tokens}
    return {name: value for name, value in known.items() if not _is_default(theme, name, value)}


def _is_default(theme: Theme, name: str, value: Any) -> bool:
    try:
        return check_token(theme, name, value) == check_token(theme, name, theme.tokens[name]["default"])
    except TokenError:
        return False


def check_token(theme: Theme, name: str, value: Any) -> str:
    """The value as CSS; raises `TokenError` when it is not of the token's type."""
    token = theme.tokens[name]
    if token["type"] == "color":
        if not COLOUR.fullmatch(str(value)):
            raise TokenError(name, _("this is not a colour like #0a6aae"))
        return str(value).lower()
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TokenError(name, _("this is not a number")) from None
    if not token["min"] <= number <= token["max"]:
        raise TokenError(name, _("it must be from %(least)s to %(most)s", least=token["min"], most=token["max"]))
    return f"{number:g}{token.get('unit', '')}"


def unreadable(document: RevisionDocument) -> Iterator[Unreadable]:
    """The pairs of text and ground that the look's palette makes hard to read (WCAG 2.2, 1.4.3), worst first.

    Raises `TokenError` for a token that is no colour.
    """
    theme = chain(document.theme)[0]
    colours = palette(document)
    tokens = {token["property"]: name for name, token in theme.tokens.items()}
    labels = {token["property"]: token["label"][current_locale()] for token in theme.tokens.values()}
    ratios = sorted((contrast(colours[text], colours[ground]), text, ground) for text, ground in PAIRS)
    for ratio, text, ground in ratios:
        if ratio < LEAST_CONTRAST:
            could = [tokens[each] for each in (text, ground.removesuffix("-soft")) if each in tokens]
            at_fault = next((name for name in could if name in document.tokens), next(iter(could), ""))
            words, place = (labels.get(each) or NAMES.get(each, each) for each in (text, ground))
            yield Unreadable(at_fault, words, place, ratio)


def palette(document: RevisionDocument) -> dict[str, str]:
    """Every colour of the look by its custom property: the house's, the themes', the zone's own, and their tints."""
    found: dict[str, str] = {}
    for path in (BASE_STYLESHEET, *_token_files(document.theme)):
        found |= _colours(path)
    own = properties(chain(document.theme)[0], document.tokens)
    found |= {name: value for name, value in own.items() if COLOUR.fullmatch(value)}
    found["--hall-primary-soft"] = _tint(found["--hall-primary"], PRIMARY_TINT)
    found["--hall-accent-soft"] = _tint(found["--hall-accent"], ACCENT_TINT)
    return found


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _token_files(slug: str) -> list[Path]:
    """The `tokens.css` of a theme's chain, the nearest last."""
    paths = [link.folder / "tokens.css" for link in reversed(chain(slug))]
    return [path for path in paths if path.is_file()]


@lru_cache(maxsize=64)
def _colours(path: Path) -> dict[str, str]:
    """The plain colours among the custom properties of a stylesheet's first `:root`; `#fff` as `#ffffff`."""
    root = re.search(r":root\s*\{(.*?)\}", path.read_text(), re.DOTALL)
    declared = re.findall(r"(--hall-[a-z0-9-]+):\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3});", root[1] if root else "")
    return {name: "#" + ("".join(c * 2 for c in value) if len(value) == 3 else value) for name, value in declared}


def _tint(colour: str, share: float) -> str:
    mixed = (round(channel * share + 255 * (1 - share)) for channel in _channels(colour))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
