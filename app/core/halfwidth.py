"""Letters and digits as Chinese input methods and office programs write them, folded to the plain ones."""

import re
import unicodedata

# Only what is never meant: full-width punctuation stays, because names and addresses are written with it.
_FULL_WIDTH = {
    code: code - 0xFEE0
    for start, end in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for code in range(ord(start), ord(end) + 1)
}
_SPACES = dict.fromkeys(
    map(
        ord,
        "\t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
    ),
    " ",
)
# Control characters (PostgreSQL refuses NUL), zero-width characters, direction overrides and the byte order mark.
_INVISIBLE = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, *range(0x200B, 0x2010),
     *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070), 0xFEFF]
)  # fmt: skip
_TABLE = _FULL_WIDTH | _SPACES | _INVISIBLE
_needs_folding = re.compile("[" + "".join(map(re.escape, map(chr, sorted(_TABLE)))) + "]").search


def fold(text: str) -> str:
    """The text with half-width letters and digits, ordinary spaces, no invisible characters, and no outer spaces."""
    return (text.translate(_TABLE) if _needs_folding(text) else text).strip(" ")


def letters_of(text: str) -> str:
    """The letters, digits and characters of a text alone, in one spelling and small: marks and blanks between them hide nothing."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())
