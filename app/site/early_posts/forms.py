"""Whether a post was sent by a form of ours, read without building a Flask request."""

import hmac
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import SigningAlgorithm
from werkzeug.datastructures import MultiDict

LONGEST_FORM = 4_096
"""Bytes: a button and its token, or some dozens of boxes that were ticked."""
MOST_FIELDS = 200


class FormReader:
    """Reads the CSRF token a form brings and compares it with the one its browser was given, as Flask-WTF does."""

    def __init__(self, app: Flask) -> None:
        cookies = SecureCookieSessionInterface().get_signing_serializer(app)
        if cookies is None:
            raise RuntimeError("forms can't be told from others' without a secret key")
        self._cookies = _Signed(cookies)
        self._lasts = int(app.permanent_session_lifetime.total_seconds())
        self._tokens = _Signed(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token"))

    def read(self, environ: dict[str, Any]) -> MultiDict[str, str] | None:
        """What a short form sent, or None for anything else. What was read of the body can be read again."""
        if environ.get("CONTENT_TYPE", "").partition(";")[0] != "application/x-www-form-urlencoded":
            return None
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdecimal() or int(length) > LONGEST_FORM:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        return MultiDict(parse_qsl(body.decode(errors="replace"))) if body.count(b"&") < MOST_FIELDS else None

    def is_ours(self, environ: dict[str, Any], sent: MultiDict[str, str], cookie: str) -> bool:
        """Whether the token in a header or in what was sent is the one of this form cookie."""
        token = environ.get("HTTP_X_CSRFTOKEN") or sent.get("csrf_token")
        if not token or not cookie:
            return False
        try:
            kept = self._cookies.read(cookie, self._lasts).get("csrf_token")
            return bool(kept) and hmac.compare_digest(self._tokens.read(token), kept)
        except (BadData, TypeError):
            return False


class _Sha1(SigningAlgorithm):
    """What signs cookies and tokens, without an object made for each."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _Signed:
    """Reads what a serializer signs; keys are derived and the signer is made once, not for every reading."""

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        signer = TimestampSigner(serializer.secret_keys, salt=serializer.salt, **serializer.signer_kwargs)
        keys = [signer.derive_key(each) for each in signer.secret_keys]
        self._signer = TimestampSigner(keys, salt=serializer.salt, key_derivation="none", algorithm=_Sha1())
        self._load = serializer.load_payload

    def read(self, signed: str, max_age: int | None = None) -> Any:
        """What was signed, no longer ago than `max_age` seconds. Raises `BadData`."""
        return self._load(self._signer.unsign(signed, max_age=max_age))
