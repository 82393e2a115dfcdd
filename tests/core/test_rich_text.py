from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.rich_text import LONGEST, clean_html, is_empty, plain_excerpt

REL = 'rel="noopener noreferrer nofollow"'


class Seen(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


ALLOWED = {
    "a": {"href", "title", "rel"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
}  # fmt: skip
PLAIN = {
    "b", "blockquote", "br", "caption", "code", "col", "colgroup", "del", "em", "figcaption", "figure", "h2", "h3",
    "h4", "hr", "i", "li", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "tfoot", "thead", "tr", "u", "ul",
}  # fmt: skip


def assert_safe(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in PLAIN or tag in ALLOWED, html
        assert set(attributes) <= ALLOWED.get(tag, set()), html
        href = attributes.get("href") or ""
        assert href == "" or href.startswith(("http://", "https://", "mailto:", "tel:", "/", "#")), html
        assert not href.startswith(("//", "/\\")), html
        if tag == "img" and "src" in attributes:
            assert (attributes["src"] or "").startswith("/files/"), html


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<h1>标题</h1><h2>节</h2><h6>小</h6>", "<h2>标题</h2><h2>节</h2><h4>小</h4>"),
        ("<div>一</div><div>二</div>", "<p>一</p><p>二</p>"),
        ('<p class="x" style="color:red" id="y" onclick="z()">字</p>', "<p>字</p>"),
        ("<span><font>字</font></span>", "字"),
        ("<script>alert(1)</script><style>p{}</style><noscript>x</noscript>字", "字"),
        ("<!-- Word --><o:p></o:p>字", "字"),
        ("<tr><td>x", "x"),
        ("<table><td colspan=2 width=9>x", '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'),
        ('<a href="https://example.com/">x</a>', f'<a href="https://example.com/" {REL}>x</a>'),
        ('<a href="/news/1" target=_blank rel=opener>x</a>', f'<a href="/news/1" {REL}>x</a>'),
        ('<img src="/files/a/1.webp" alt="图" width="2" onerror=x>', '<img src="/files/a/1.webp" alt="图" width="2">'),
        ("<p>未关", "<p>未关</p>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)  # fmt: skip
def test_structure_stays_and_looks_go(html, clean):
    assert clean_html(html) == clean


@pytest.mark.parametrize(
    "source",
    ["https://evil.example/x.png", "//evil.example/x.png", "/files//evil.example/x", "/files/../admin",
     "/files/a/../../admin", "/other/x.png",
     "data:image/svg+xml,<svg onload=alert(1)>", "javascript:alert(1)", "/files/x\\y", "/files/", "files/x.webp", ""],
)  # fmt: skip
def test_pictures_from_elsewhere_vanish(source):
    assert clean_html(f'<p>字<img src="{source}" alt="x"></p>') == "<p>字</p>"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
     "data:text/html,x",
     "vbscript:x", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "https:evil.example",
     "file:///etc/passwd", "&#106;avascript:alert(1)", "http://[bad", "relative"],
)  # fmt: skip
def test_links_that_run_or_mislead_lose_their_address(address):
    assert clean_html(f'<a href="{address}">x</a>') == f"<a {REL}>x</a>"


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="><img src=x onerror=alert(1)>">',
        '<img title="<img src=/files/a.webp>" alt="--><script>alert(1)</script>">',
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<a href='/x' title='\"><img src=x onerror=alert(1)>'>x</a>",
        "<h1<script>alert(1)</script>>",
        "<<script>script>alert(1)</script>",
        "<div<div onload=x>",
    ],
)  # fmt: skip
def test_known_tricks_end_as_text(html):
    cleaned = clean_html(html)
    assert_safe(cleaned)
    assert clean_html(cleaned) == cleaned


FRAGMENTS = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div", ">", "<h1 ", '"', "'", "<img ", "src=/files/a.webp", " src=x", " onerror=alert(1)",
         "<a ", "href=", "javascript:", "alert(1)", "<script>", "</script>", "<svg>", "<math>", "<style>", "</style>",
         "<!--", "-->", "<table>", "<td ", "colspan=9", "&lt;", "&#x3c;", "\x00", "\t", " ", "字", "<noscript>",
         "<template>",
         "alt="]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(html=FRAGMENTS | st.text(max_size=100))
def test_whatever_comes_in_only_allowed_tags_and_attributes_come_out(html):
    assert_safe(clean_html(html))


@pytest.mark.parametrize("number", ["100%", "-1", "1e9", "99999", "expression(1)"])
def test_numbers_are_small_numbers(number):
    assert clean_html(f'<ol start="{number}"><li>x</li></ol>') == "<ol><li>x</li></ol>"


def test_too_much_is_refused():
    assert clean_html("x" * LONGEST)
    with pytest.raises(ValueError, match="at most"):
        clean_html("x" * (LONGEST + 1))


def test_an_excerpt_is_one_line_of_text():
    html = "<h1>通知</h1><p>第一段<br>第二行</p><ul><li>甲</li><li>乙</li></ul><script>x</script> &amp; 完"
    assert plain_excerpt(html, 100) == "通知 第一段 第二行 甲 乙 & 完"
    assert plain_excerpt(html, 6) == "通知 第一…"
    assert plain_excerpt('<p title=">x">字</p><img alt="a>b" src="/files/a.webp">', 9) == "字"
    assert plain_excerpt("&lt;script&gt;", 99) == "<script>"
    assert plain_excerpt("x", 0) == "…"


@given(html=FRAGMENTS, length=st.integers(1, 30))
def test_an_excerpt_is_never_longer_than_asked(html, length):
    assert len(plain_excerpt(html, length)) <= length


@pytest.mark.parametrize(
    ("html", "empty"),
    [
        ("", True),
        ("<p><br></p>", True),
        ("<p>&nbsp;</p>", True),
        ("<p>字</p>", False),
        ('<img src="/files/a.webp">', False),
    ],
)
def test_what_editors_leave_behind_is_empty(html, empty):
    assert is_empty(clean_html(html)) is empty
