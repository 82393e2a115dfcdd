"""Every word people read is in the Chinese catalogues, and no catalogue has words that nothing says."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
METHODS = [
    ("**/tests/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.txt", "jinja2.ext:babel_extract"),
]
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def said(*folders: Path) -> dict[str, str]:
    """Every source text with the place that says it first."""
    found: dict[str, str] = {}
    for folder in folders or (ROOT / "app", ROOT / "themes"):
        for name, line, message, _comments, _context in extract_from_dir(
            str(folder), METHODS, {"**.html": {"encoding": "utf-8"}}, KEYWORDS
        ):
            for text in (message if isinstance(message, tuple) else (message,))[:1]:
                found.setdefault(text, f"{folder.name}/{name}:{line}")
    return found


def translated(*folders: Path) -> dict[str, tuple[str, str]]:
    """Every source text of the catalogues with its Chinese and the catalogue it is in."""
    found = {}
    for path in [
        path for folder in (ROOT / "app", *folders) for path in sorted(folder.glob("**/translations/zh_CN.po"))
    ]:
        with path.open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                if message.id:
                    source = message.id[0] if isinstance(message.id, tuple | list) else message.id
                    target = message.string[0] if isinstance(message.string, tuple | list) else message.string
                    found[source] = (target or "", path.parts[-3])
    return found


def untranslated(*folders: Path) -> dict[str, str]:
    """Texts without Chinese, with the place that says them; `folders` are looked through in place of the house's own."""
    known = translated(*folders)
    return {text: place for text, place in said(*folders).items() if not known.get(text, ("", ""))[0]}


def test_every_text_has_its_chinese():
    assert untranslated() == {}


def test_no_text_has_two_translations():
    """All catalogues are merged: of two Chinese words for one text, one would win in silence."""
    found: dict[str, dict[str, str]] = {}
    for path in ROOT.glob("app/**/translations/zh_CN.po"):
        with path.open("rb") as stream:
            for message in (each for each in read_po(stream, locale="zh_CN") if each.id):
                found.setdefault(str(message.id), {})[str(message.string)] = path.parts[-3]
    assert {text: ways for text, ways in found.items() if len(ways) > 1} == {}


def test_no_catalogue_keeps_words_that_nothing_says():
    spoken = said()
    assert {text: catalogue for text, (_, catalogue) in translated().items() if text not in spoken} == {}


def test_translations_keep_the_placeholders_of_their_source():
    wrong = {
        text: chinese
        for text, (chinese, _) in translated().items()
        if not set(PLACEHOLDER.findall(chinese)) <= set(PLACEHOLDER.findall(text)) | {"num"}
    }
    assert wrong == {}
