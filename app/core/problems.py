"""Errors become pages or problem documents (RFC 9457) here and nowhere else."""

from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core import api_description
from app.core.errors import DomainError, ReadOnly, SignedOut
from app.core.forms import FORM_FIELDS
from app.core.places import Place
from app.core.schema_words import in_words
from app.core.theming import render
from tenants.context import has_scope
from tenants.database import db

log = structlog.get_logger()
EXPIRED = "form-expired"
PAGES_BY_CODE = {
    "zone-closed": "errors/zone_closed.html",
    ReadOnly.code: "errors/read_only.html",
    SignedOut.code: "errors/signed_out.html",
    EXPIRED: "errors/expired.html",
}
PAGES = frozenset({403, 404, 410, 413, 429, 500, 503})
TITLES = {
    400: lazy_gettext("The request can't be read"),
    401: lazy_gettext("A valid token is needed"),
    403: lazy_gettext("Not permitted"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("This can't be done here"),
    409: lazy_gettext("Not possible right now"),
    413: lazy_gettext("Too large"),
    415: lazy_gettext("Not a form of data that is read here"),
    422: lazy_gettext("The input is not right"),
    429: lazy_gettext("Too many requests"),
    500: lazy_gettext("A fault on our side"),
}
DETAILS = {
    400: lazy_gettext("Send the request in the form that the description at /api/v1/openapi.json gives."),
    404: lazy_gettext("There is no such thing at this address. Check the path, the id and the host."),
    405: lazy_gettext("This address takes other methods: the header Allow names them."),
    413: lazy_gettext("Send less at once."),
    415: lazy_gettext("Send JSON with the content type application/json."),
}
LONGEST_ID = 36
"""What somebody typed beyond this length is words to be given back; an id or a choice is no longer."""
PASSED_ON = ("Allow", "Retry-After")
"""Headers of an HTTP error that its problem document carries as well."""


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPError, _invalid_api_input)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _defect)
    if isinstance(app, APIFlask):
        api_description.init_app(app)
        app.spec_processor(lambda description: api_description.complete(app, description))  # type: ignore[type-var]


def wants_problem() -> bool:
    return request.path.startswith("/api/")


def problem(status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """A problem document; `type` is the stable code, title and detail are in the reader's language."""
    title = str(TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    response = jsonify({"type": f"urn:unionhall:{code}", "title": title, "status": status, "detail": detail, **more})
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers.update(headers or {})
    response.vary.add("Accept-Language")
    return response


def _rollback() -> None:
    if has_scope():
        db.session.rollback()


def _domain_error(error: DomainError) -> ResponseReturnValue:
    _rollback()
    if wants_problem():
        more = {"field": error.field} if error.field else {}
        return problem(error.status, error.code, str(error.message), headers=error.headers, **more)
    return (*_page(error.status, str(error.message), error.code, **_of_the_form(error)), error.headers)


def _of_the_form(error: DomainError) -> dict[str, Any]:
    """What the page of a form that could not be taken now says of it."""
    if not isinstance(error, SignedOut):
        return {}
    return {
        "sign_in_path": error.path,
        "is_unread": error.is_unread,
        "typed": [] if error.is_unread else typed_again(),
    }


def _invalid_api_input(error: HTTPError) -> ResponseReturnValue:
    """What a schema of the API refused, field by field."""
    _rollback()
    errors = _in_words(error.detail)
    return problem(error.status_code, "invalid-input", _("Please check what you entered."), errors=errors)


def _in_words(messages: Any) -> Any:
    """A schema's messages, place by place, in the reader's language."""
    if isinstance(messages, dict):
        return {name: _in_words(inner) for name, inner in messages.items()}
    return [in_words(each) for each in messages] if isinstance(messages, list) else in_words(messages)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    _rollback()
    status = error.code or 500
    if isinstance(error, CSRFError):
        return _page(status, "", EXPIRED)
    if error.response is not None or status < 400:
        return error.get_response()
    if wants_problem():
        headers = {name: value for name, value in error.get_headers() if name in PASSED_ON}
        detail = DETAILS.get(status, TITLES.get(status, TITLES[400]))
        return problem(status, error.name.lower().replace(" ", "-"), str(detail), headers=headers)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _page(status, "", "", limit=_limit(), typed=[])
    return _page(status, "", "")


def _limit() -> int | None:
    """How large the body may be, where that is what was too large rather than the text in it."""
    limit = request.max_content_length
    return limit if limit is not None and (request.content_length or 0) > limit else None


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


def typed_again() -> list[tuple[str, str]]:
    """What was typed into a form that could not be taken now, to be sent again by hand or copied.

    Nothing of a form that no page of this host sent (the gate says so), that is too large to be read, or that may hold
    passwords.
    """
    if g.get("place") is Place.ID or not g.get("is_form_of_ours"):
        return []
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    except HTTPException:
        return []


def _words(typed: list[tuple[str, str]]) -> list[str]:
    return [text for name, text in typed if name not in FORM_FIELDS and len(text) > LONGEST_ID]


def _page(
    status: int, message: str, code: str, *, typed: list[tuple[str, str]] | None = None, **context: Any
) -> tuple[str, int]:
    usual = f"errors/{status}.html" if status in PAGES else "errors/refused.html"
    template = PAGES_BY_CODE.get(code, usual)
    typed = typed_again() if typed is None else typed
    context |= {"message": message, "code": code, "status": status, "typed": typed, "words": _words(typed)}
    return render(template, **context), status
