"""Languages: Chinese first, English complete.

The source text in code and templates is English; each part's `translations/zh_CN.po` gives the Chinese. All catalogues
are read and merged at boot, so a module dropped in brings its words along and nothing is compiled by hand.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.core.clock import CHINA

LOCALES = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
LOCALE_COOKIE = "hall_locale"
_rendered_in: ContextVar[str] = ContextVar("hall_rendered_in", default="")


class MergedDomain(Domain):
    """The one translation domain: every part's catalogue merged, per locale."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__()
        self._merged = {locale: _merge(folders, locale) for locale in LOCALES}
        self._plain = lru_cache(maxsize=8192)(self._say)

    def get_translations(self) -> NullTranslations:
        return self._merged[current_locale()]

    def in_template(self, words: str, **variables: Any) -> Markup:
        """What `_` gives in a template: the same as Jinja's own, remembered for words without variables."""
        locale = _rendered_in.get() or current_locale()
        return self._plain(locale, words) if not variables else self._translate(locale, words) % variables

    def _say(self, locale: str, words: str) -> Markup:
        return self._translate(locale, words) % {}  # a doubled % becomes one, with variables or without

    def _translate(self, locale: str, words: str) -> Markup:
        return Markup(self._merged[locale].ugettext(words))  # noqa: S704 (our own catalogue)


def _merge(folders: Iterable[Path], locale: str) -> NullTranslations:
    merged = Translations()
    for folder in folders:
        source = folder / f"{locale}.po"
        if source.is_file():
            catalogue = _compiled(source, source.stat().st_mtime_ns)
            merged.merge(catalogue)
            merged.plural = catalogue.plural  # type: ignore[attr-defined]  # merge() leaves the plural rule behind
    return merged


@lru_cache(maxsize=256)
def _compiled(source: Path, _: int) -> Translations:
    with source.open("rb") as stream:
        catalog: Catalog = read_po(stream)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def current_locale() -> str:
    """The language words are shown in, the same for a whole request or job: `zh_CN` or `en`."""
    if not has_app_context():
        return DEFAULT_LOCALE
    known = g.get("shown_locale")
    if known is None:
        known = g.shown_locale = choose_locale()
    return known


def go_on_in(locale: str) -> None:
    """Show the words of the rest of this request in the language that was just chosen."""
    g.shown_locale = locale


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Say what is said in the block in this language, whoever reads the rest."""
    before = current_locale()
    go_on_in(locale)
    try:
        yield
    finally:
        go_on_in(before)


@contextmanager
def rendering() -> Iterator[None]:
    """Find out the language once for all the words of the templates rendered in the block."""
    token = _rendered_in.set(current_locale())
    try:
        yield
    finally:
        _rendered_in.reset(token)


def choose_locale() -> str:
    """The reader's language: what they chose, then what their account says, then what the browser asks for."""
    if not has_request_context():
        return g.get("locale", DEFAULT_LOCALE)
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    if g.get("account_locale") in LOCALES:
        return g.account_locale
    return browser_locale(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=1024)
def browser_locale(accept_language: str) -> str:
    """The language an Accept-Language header asks for, of those we have."""
    best = parse_accept_header(accept_language, LanguageAccept).best_match(["zh-CN", "zh", "en"])
    return "en" if best == "en" else DEFAULT_LOCALE


def moment(at: datetime | None) -> str:
    """An instant as people in China read it, to the minute; nothing for None."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""


def day(on: date | datetime | None) -> str:
    """A calendar day, of an instant the one it is in China; nothing for None."""
    if isinstance(on, datetime):
        on = on.astimezone(CHINA).date()
    return on.isoformat() if on else ""


def init_app(app: Flask, folders: Iterable[Path]) -> None:
    app.jinja_env.filters.update(moment=moment, day=day)
    parsed = {name: Locale.parse(name) for name in LOCALES}
    babel = Babel(
        app, default_locale=DEFAULT_LOCALE, default_timezone="Asia/Shanghai",
        locale_selector=lambda: parsed[current_locale()],
    )  # fmt: skip
    domain = MergedDomain(folders)
    babel.domain_instance = domain  # type: ignore[method-assign]  # a cached property: this is its value
    app.jinja_env.globals["_"] = domain.in_template
