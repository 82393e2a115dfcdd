"""Whether a post was sent by a form of ours, read without building a Flask request."""

from hmac import compare_digest
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, URLSafeTimedSerializer

LONGEST_FORM = 4_096
"""Bytes: a button and its token."""


class FormReader:
    """Reads the CSRF token a form brings and compares it with the one its browser was given, as Flask-WTF does."""

    def __init__(self, app: Flask) -> None:
        cookies = SecureCookieSessionInterface().get_signing_serializer(app)
        if cookies is None:
            raise RuntimeError("forms can't be told from others' without a secret key")
        self._cookies = cookies
        self._lasts = int(app.permanent_session_lifetime.total_seconds())
        self._tokens = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")

    def is_whole(self, environ: dict[str, Any], cookie: str) -> bool:
        """Whether the token sent is the one of this form cookie. What was read of the body can be read again."""
        sent = environ.get("HTTP_X_CSRFTOKEN") or _token_in_body(environ)
        if not sent or not cookie:
            return False
        try:
            kept = self._cookies.loads(cookie, max_age=self._lasts).get("csrf_token")
            return bool(kept) and compare_digest(self._tokens.loads(sent), kept)
        except (BadData, TypeError):
            return False


def _token_in_body(environ: dict[str, Any]) -> str:
    if environ.get("CONTENT_TYPE", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return ""
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or int(length) > LONGEST_FORM:
        return ""
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    fields = parse_qsl(body.decode(errors="replace"), max_num_fields=10) if body.count(b"&") < 10 else []
    return next((value for name, value in fields if name == "csrf_token"), "")
