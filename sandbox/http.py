"""As much of HTTP as the sandbox needs, over WSGI."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

MOST_BYTES = 8 * 1024 * 1024
Environ = Mapping[str, Any]
StartResponse = Callable[..., Any]


class Refused(Exception):
    """Ends a call with this status and code."""

    def __init__(self, status: HTTPStatus, code: str, detail: str = "", **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers


class HungUp(Exception):
    """Ends a call by closing the connection without an answer."""


def body_of(environ: Environ) -> bytes:
    """The body as it was sent; raises `Refused`."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    return environ["wsgi.input"].read(int(length))


def json_of(environ: Environ) -> dict[str, Any]:
    """The object in the body; raises `Refused`."""
    return json_in(body_of(environ))


def json_in(body: bytes) -> dict[str, Any]:
    """The object that a body is; raises `Refused`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "not_json") from None
    if not isinstance(found, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "not_json", "the body is an object")
    return found


def query_of(environ: Environ) -> dict[str, str]:
    """The first value of each parameter. A plus stays one, as phone numbers begin with it."""
    query = str(environ.get("QUERY_STRING", "")).replace("+", "%2B")
    return {name: values[0] for name, values in parse_qs(query).items()}


def answer(
    start_response: StartResponse, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, **headers: str
) -> Iterable[bytes]:
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
            *((name.replace("_", "-").title(), value) for name, value in headers.items()),
        ],
    )
    return [body]


def answer_json(
    start_response: StartResponse, value: object, status: HTTPStatus = HTTPStatus.OK, **headers: str
) -> Iterable[bytes]:
    return answer(start_response, json.dumps(value, ensure_ascii=False).encode(), "application/json", status, **headers)


def hang_up(start_response: StartResponse) -> Iterator[bytes]:
    """Promises a body and fails to deliver it, upon which the server drops the connection."""
    start_response("200 OK", [("Content-Length", "2")])

    def broken() -> Iterator[bytes]:
        yield b"{"
        raise ConnectionResetError("the sandbox hangs up, as it was told to")

    return broken()
