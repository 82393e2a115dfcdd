"""What a request says that decides which page it gets, read without building a Flask request."""

import zlib
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.http import parse_accept_header, parse_cookie

from app.core.display import TEXT_COOKIE
from app.core.i18n import LOCALE_COOKIE, LOCALES
from app.identity.sessions import hash_token

LONGEST_ARGUMENT = 200
LONGEST_REMEMBERED = 1_000
MOST_INFLATED = 10_000
FLASHES = b'"_flashes"'


class Cookies(NamedTuple):
    """What a Cookie header says: the session token's hash, choices, and whether a message waits to be shown."""

    token_hash: bytes | None = None
    locale: str | None = None
    text: str | None = None
    is_flashing: bool = False


class CookieReader:
    """Reads Cookie headers; those of usual length are remembered, since a browser sends the same one again and again."""

    def __init__(self, session_cookie: str, form_cookie: str) -> None:
        self._names = session_cookie, form_cookie
        self._remembered = lru_cache(maxsize=4096)(self._read)

    def read(self, header: str) -> Cookies:
        return self._remembered(header) if len(header) < LONGEST_REMEMBERED else self._read(header)

    def _read(self, header: str) -> Cookies:
        found = parse_cookie(header)
        session_cookie, form_cookie = self._names
        token, locale = found.get(session_cookie), found.get(LOCALE_COOKIE)
        return Cookies(
            token_hash=hash_token(token) if token else None,
            locale=locale if locale in LOCALES else None,
            text=found.get(TEXT_COOKIE) or None,
            is_flashing=_may_flash(found.get(form_cookie, "")),
        )


def _may_flash(cookie: str) -> bool:
    """Whether Flask's cookie may hold messages; one that can't be read may. Its signature is Flask's to check."""
    if not cookie:
        return False
    payload = cookie.removeprefix(".").partition(".")[0]
    try:
        data = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        if not cookie.startswith("."):
            return FLASHES in data
        inflater = zlib.decompressobj()
        return FLASHES in inflater.decompress(data, MOST_INFLATED) or not inflater.eof
    except (ValueError, zlib.error):
        return True


@lru_cache(maxsize=1024)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip; saying nothing, it gets the plain page."""
    return parse_accept_header(accept_encoding).quality("gzip") > 0 if accept_encoding else False


def known_arguments(query: str, names: tuple[str, ...]) -> str | None:
    """The query reduced to the first value of each name, in that order; None where one is too long to be meant."""
    given = parse_qsl(query, max_num_fields=50) if query and names else []
    chosen = [next((pair for pair in given if pair[0] == name), None) for name in names]
    if any(pair and len(pair[1]) > LONGEST_ARGUMENT for pair in chosen):
        return None
    return urlencode([pair for pair in chosen if pair])
