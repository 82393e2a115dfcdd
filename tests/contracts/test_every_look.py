"""Every page of the core, in every theme, language and text size, says what it has to say in the reader's language alone."""

import re
from html import unescape
from itertools import product

import pytest

from app.core.theming import themes

MEMBER_PAGES = (
    "/", "/services", "/me", "/me/data", "/me/data/correction", "/me/sign-out", "/inbox", "/inbox/preferences", "/no-such-page",
)  # fmt: skip
VISITOR_PAGES = ("/", "/services", "/me", "/no-such-page")
SPOKEN = re.compile(r"<(h[1-6]|button|title|legend|label|summary|dt)\b[^>]*>(.*?)</\1>", re.DOTALL)
LINKS = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
ATTRIBUTES = re.compile(r'\b(?:aria-label|placeholder|alt|title)="([^"]+)"')
OTHER_LANGUAGE = re.compile(r'<(\w+)\b[^>]*\blang="(?:en|zh-CN)"[^>]*>.*?</\1>', re.DOTALL)
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
NAMES = ("Unionhall", "WeChat")


def words_of(page: str) -> list[str]:
    """What a page says in headings, buttons, links, labels and names read aloud, without what names another language."""
    body = page.partition("<body")[2]
    body = re.sub(r"<svg.*?</svg>", "", OTHER_LANGUAGE.sub("", body), flags=re.DOTALL)
    said = [text for _, text in SPOKEN.findall(body)] + [text for _, text in LINKS.findall(body)]
    plain = [re.sub(r"<[^>]+>", " ", text) for text in said] + ATTRIBUTES.findall(body)
    return [unescape(text).strip() for text in plain if text.strip()]


def foreign_words(page: str, locale: str, *names: str) -> list[str]:
    """The words of a page that are not in its language; names of people and zones are in the one they were given in."""
    wrong = HAN if locale == "en" else LATIN
    found = []
    for text in words_of(page):
        rest = text
        for name in (*names, *NAMES):
            rest = rest.replace(name, "")
        if wrong.search(rest):
            found.append(text)
    return found


def test_words_of_the_other_language_are_found():
    assert foreign_words("<body><h1>首页</h1><button>Save</button></body>", "zh_CN") == ["Save"]
    assert foreign_words('<body><img alt="图片"><a href="/">Home</a></body>', "en") == ["图片"]
    assert foreign_words('<body><a lang="en">English</a><h1>海城 Unionhall</h1></body>', "zh_CN") == []


@pytest.mark.parametrize("theme", sorted(themes()))
def test_every_core_page_stands_in_every_language_and_text_size(world, theme):
    zone = world.zone(theme=theme)
    person = world.member(zone)
    visits = [(person, path) for path in MEMBER_PAGES] + [(None, path) for path in VISITOR_PAGES]
    faults = []
    for locale, text, (who, path) in product(("zh_CN", "en"), ("normal", "large"), visits):
        client = world.client(zone, who)
        client.set_cookie("hall_locale", locale, domain=zone.host)
        client.set_cookie("hall_text", text, domain=zone.host)
        answer = client.get(path)
        where = (locale, text, "member" if who else "visitor", path)
        if answer.status_code != (404 if path == "/no-such-page" else 200):
            faults.append((*where, answer.status_code))
        if f'lang="{"en" if locale == "en" else "zh-CN"}"' not in answer.text[:200]:
            faults.append((*where, "language of the page"))
        if ('class="large-text"' in answer.text[:200]) != (text == "large"):
            faults.append((*where, "text size of the page"))
        if answer.text.count("<h1") != 1:
            faults.append((*where, f"{answer.text.count('<h1')} headings of the first order"))
        union = zone.name.removesuffix("专区")
        faults += [(*where, word) for word in foreign_words(answer.text, locale, zone.name, union, person.name)]
    assert faults == []


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password", "/no-such-page"])
def test_pages_without_a_zone_stand_in_both_languages(world, locale, path):
    client = world.client("id.hall.test")
    client.set_cookie("hall_locale", locale, domain="id.hall.test")
    answer = client.get(path)
    assert answer.status_code == (404 if path == "/no-such-page" else 200)
    assert answer.text.count("<h1") == 1
    assert foreign_words(answer.text, locale) == []
