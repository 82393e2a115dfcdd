"""What the OpenAPI document says of every operation besides its schemas: how one signs in, and what may be refused."""

import re
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.core.access import access_of
from app.core.places import blueprint_of

EXTENSION = "api_description"
SAFE = frozenset({"get", "head", "options"})
BEARER = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made with `flask tokens create`. It holds in one zone, for the scopes it names.",
    }
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "The stable code of the refusal, `urn:unionhall:<code>`."},
        "title": {"type": "string", "description": "The kind of refusal, in the reader's language."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, in the reader's language."},
        "field": {"type": "string", "description": "The input at fault, where there is one."},
        "errors": {"type": "object", "description": "What a schema refused: place, field, sentences."},
    },
}
REFUSALS = {
    "401": "No token, or one that is unknown in this zone, expired or revoked",
    "403": "The token does not carry the scope that is needed, or its account does not hold it any more",
    "404": "There is no such thing in this zone, or the zone is closed or does not use the module",
    "409": "The zone is read-only, or things have changed meanwhile",
    "429": "Too many requests: wait for the seconds in Retry-After",
}
CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer`, with the error (RFC 6750)."}}
PAUSE = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the limit begins anew."}}
HEADERS = {"401": CHALLENGE, "403": CHALLENGE, "429": PAUSE}


def init_app(app: Flask) -> None:
    """Addresses are relative to the host that was asked: one document serves every zone and names none."""
    app.config.update(SERVERS=[{"url": "/"}], SECURITY_SCHEMES=BEARER)


def complete(app: Flask, description: dict[str, Any]) -> dict[str, Any]:
    """Add to each operation its security and its refusals, every one of them a problem document."""
    description["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for rule in app.url_map.iter_rules():
        operations = description["paths"].get(_path(rule), {})
        for method, operation in operations.items() if blueprint_of(app, rule.endpoint) else ():
            if method.upper() in (rule.methods or ()):
                _complete(operation, method, is_public=_is_public(app, rule))
    return description


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _is_public(app: Flask, rule: Rule) -> bool:
    access = access_of(app.view_functions[rule.endpoint])
    return access is not None and access.kind == "public"


def _complete(operation: dict[str, Any], method: str, *, is_public: bool) -> None:
    operation["security"] = [{}, {"bearer": []}] if is_public else [{"bearer": []}]
    answers = operation.setdefault("responses", {})
    for status, words in REFUSALS.items():
        if (status == "403" and is_public) or (status == "409" and method in SAFE):
            continue
        answers.setdefault(status, {"description": words})
    for status in (status for status in answers if status.startswith("4")):
        answers[status]["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if status in HEADERS:
            answers[status]["headers"] = HEADERS[status]
