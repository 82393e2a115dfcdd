"""Errors become pages or problem documents (RFC 9457) here and nowhere else."""

from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.core.errors import DomainError
from app.core.theming import render
from tenants.context import has_scope
from tenants.database import db

log = structlog.get_logger()
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "errors": {"type": "object"},
    },
}
CLOSED = "errors/503.html"
PAGES = frozenset({403, 404, 410, 413, 429, 500, 503})


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPError, _invalid_api_input)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _defect)
    if isinstance(app, APIFlask):
        app.spec_processor(describe_problems)  # type: ignore[type-var]


def describe_problems(description: dict[str, Any]) -> dict[str, Any]:
    """The API's description with every refusal as the problem document it is."""
    for operations in description["paths"].values():
        for operation in operations.values():
            answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
            for status in (status for status in answers if status.startswith("4")):
                answers[status]["content"] = {"application/problem+json": {"schema": PROBLEM}}
    return description


def wants_problem() -> bool:
    return request.path.startswith("/api/")


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """A problem document; `type` is the stable code."""
    response = jsonify({"type": f"urn:unionhall:{code}", "title": code, "status": status, "detail": detail, **more})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _rollback() -> None:
    if has_scope():
        db.session.rollback()


def _domain_error(error: DomainError) -> ResponseReturnValue:
    _rollback()
    if wants_problem():
        more = {"field": error.field} if error.field else {}
        return problem(error.status, error.code, str(error.message), **more)
    return _page(error.status, str(error.message), error.code)


def _invalid_api_input(error: HTTPError) -> ResponseReturnValue:
    """What a schema of the API refused, field by field."""
    _rollback()
    return problem(error.status_code, "invalid-input", _("Please check what you entered."), errors=error.detail)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    _rollback()
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    if wants_problem():
        return problem(status, error.name.lower().replace(" ", "-"), error.description or "")
    return _page(status, "", "")


def _defect(error: Exception) -> ResponseReturnValue:
    """A defect of ours: logged with its trace, told without details."""
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    log.error("request failed", path=request.path, method=request.method, exc_info=error)
    try:
        _rollback()
    except Exception as second:
        log.error("rollback failed", exc_info=second)  # noqa: TRY400 (structlog takes the trace itself)
    if wants_problem():
        return problem(500, "internal-error", _("Something went wrong on our side. Nothing was changed."))
    return _page(500, "", "")


def _page(status: int, message: str, code: str) -> tuple[str, int]:
    template = (
        CLOSED if code == "zone-closed" else f"errors/{status}.html" if status in PAGES else "errors/refused.html"
    )
    return render(template, message=message, code=code, status=status), status
