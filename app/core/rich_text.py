"""Rich text as staff write it in an editor: an allow-list of structure, no looks, no behaviour, nothing from elsewhere.

Looks belong to the theme, so classes and styles are dropped. Pictures come only from this house's own `/files/`.
"""

import re
from html import unescape
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt

LONGEST = 200_000  # characters of HTML; an article has a tenth of it
OWN_FILES = "/files/"

_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "del", "em", "figcaption", "figure", "h2",
    "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": set(),
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# Their text would otherwise stay behind: code, alternatives to what was removed, titles.
_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "title",
    "select",
    "textarea",
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_NUMBERS = {"width", "height", "colspan", "rowspan", "start"}
_SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
_OWN_PICTURE = re.compile(rf"{OWN_FILES}[A-Za-z0-9][A-Za-z0-9_./-]*(?:\?[A-Za-z0-9=&_-]*)?")
_BLOCK_END = re.compile(
    r"</(?:p|div|h[1-6]|li|tr|td|th|blockquote|pre|figcaption|caption)>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE
)
_PICTURE_WITHOUT_SOURCE = re.compile(r"<img(?![^>]* src=)[^>]*>")
_HIDDEN = re.compile(r"[\x00-\x20\x7f\\]")


def clean_html(html: str) -> str:
    """Safe HTML of the same text: unknown tags lose their tags, `h1` and `div` become `h2` and `p`, links get
    `rel="noopener noreferrer nofollow"`, pictures from elsewhere vanish. Cleaning twice changes nothing.

    Raises `ValueError` for more than `LONGEST` characters.
    """
    if len(html) > LONGEST:
        raise ValueError(f"rich text of {len(html)} characters; at most {LONGEST}")
    cleaned = _cleaner.clean(_rename(html))
    # The cleaner always has the last word: what a pattern cuts out of clean HTML may leave anything behind.
    return _cleaner.clean(_PICTURE_WITHOUT_SOURCE.sub("", cleaned)).strip()


def html_of(typed: str) -> str:
    """HTML of what staff typed, still to be cleaned: a text that begins with a tag is HTML, any other Markdown, which may
    hold tags."""
    typed = typed.strip()
    return typed if typed.startswith("<") else _markdown.render(typed)


def plain_excerpt(html: str, length: int) -> str:
    """The text without tags on one line, at most `length` characters, cut with `…`. It still needs escaping."""
    text = " ".join(unescape(_text_only.clean(_BLOCK_END.sub(r" \g<0>", html[:LONGEST]))).split())
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


def is_empty(html: str) -> bool:
    """Whether cleaned rich text shows nothing: editors leave `<p><br></p>` behind."""
    return not plain_excerpt(html, 1) and "<img" not in html


def _allow(tag: str, attribute: str, value: str) -> str | None:
    if attribute in _NUMBERS:
        return value if _SMALL_NUMBER.fullmatch(value) else None
    if tag == "img" and attribute == "src":
        return value if _is_own_picture(value) else None
    if tag == "a" and attribute == "href":
        return value.strip() if _is_plain_link(value.strip()) else None
    if attribute == "scope":
        return value if value in {"row", "col"} else None
    return value


def _is_own_picture(address: str) -> bool:
    return bool(_OWN_PICTURE.fullmatch(address)) and "/." not in address


def _is_plain_link(address: str) -> bool:
    """A full address, or a path of this house; never `//host`, which leaves it, nor what a browser reads as that."""
    if _HIDDEN.search(address):
        return False  # browsers drop tabs and line breaks: `/<tab>/host` is `//host`
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return bool(parts.netloc) if parts.scheme in {"http", "https"} else True
    return address.startswith(("/", "#")) and not address.startswith("//")


def _rename(html: str) -> str:
    """A page has one `h1` already; editors and office programs make paragraphs of `div`."""
    html = re.sub(r"<(/?)h1(?=[\s>/])", r"<\1h2", html, flags=re.IGNORECASE)
    html = re.sub(r"<(/?)h[56](?=[\s>/])", r"<\1h4", html, flags=re.IGNORECASE)
    return re.sub(r"<(/?)div(?=[\s>/])", r"<\1p", html, flags=re.IGNORECASE)


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_allow,
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)
_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
_text_only = nh3.Cleaner(tags=set(), clean_content_tags=_WITH_CONTENT)
