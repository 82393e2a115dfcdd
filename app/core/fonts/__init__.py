"""The one font that letters and watermarks are set in, and what is put where it has no character."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONT = Path(__file__).parent / "NotoSerifSC-Regular.woff"
GETA = "〓"
"""空铅: what Chinese printers have always set for a character they lack."""
_COMBINED = re.compile(r".[\u0300-\u036f]+")
_VARIANT_SIGNS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = {"Cc", "Cf"}


def printable(text: str) -> tuple[str, str]:
    """The text as the font can show it, and the characters it lacks, each once: a `GETA` stands where they stood.

    Line ends stay; signs that only steer a screen (direction, joiners, variants) go, as they show nothing themselves.
    """
    plain = _VARIANT_SIGNS.sub("", _LINE_ENDS.sub("\n", text))
    plain = _COMBINED.sub(lambda found: unicodedata.normalize("NFC", found[0]), plain)
    shown = [_shown(character) for character in plain]
    missing = dict.fromkeys(character for character, as_shown in zip(plain, shown, strict=True) if as_shown == GETA)
    missing.pop(GETA, None)
    return "".join(shown), "".join(missing)


def _shown(character: str) -> str:
    if character in "\n\t":
        return character.replace("\t", " ")
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    if ord(character) in _characters():
        return character
    return " " if category == "Zs" else GETA


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
