"""Addresses that no view answers as they were asked for: another spelling, or one that takes only forms."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from flask import current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchPage

from app.core.access import Access, access_of
from app.core.errors import NotFound
from app.core.local_paths import local_path
from app.core.places import PlacedBlueprint, blueprint_of
from app.identity.bearer import is_api
from app.identity.browser import SAFE_METHODS
from tenants.context import Actor


def lead_on(error: HTTPException, actor: Actor) -> ResponseReturnValue | None:
    """To the page that is meant, for those who may know of it; None leaves the refusal to Flask.

    Raises `error` for a program that used another method, `NotFound` for what is nothing to whoever asks.
    """
    _refuse_method(error)
    return _other_spelling() or _page_above(error, actor)


def _view_at(path: str, method: str) -> tuple[Callable[..., Any], PlacedBlueprint] | None:
    """The view that answers at a path of this kind of host, and whose it is."""
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return None
    blueprint = blueprint_of(current_app, endpoint)
    if blueprint is None or g.place not in blueprint.places:
        return None
    return current_app.view_functions[endpoint], blueprint


def _refuse_method(error: HTTPException) -> None:
    """Tell a program that an address it may ask takes other methods: raises `error` then."""
    if not is_api() or not isinstance(error, MethodNotAllowed) or not error.valid_methods:
        return
    found = _view_at(request.path, next(iter(error.valid_methods)))
    if found is not None:
        found[1].require_on(g.zone)
        raise error


def _other_spelling() -> ResponseReturnValue | None:
    """A page asked for with one slash too few or too many is near."""
    near = request.path.removesuffix("/") if request.path.endswith("/") else f"{request.path}/"
    odd = "//" in near or "/." in near or not local_path(near, "")
    if odd or request.method not in SAFE_METHODS or not current_app.url_map.bind("").test(near, "GET"):
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(near + query, code=308)


def _page_above(error: HTTPException, actor: Actor) -> ResponseReturnValue | None:
    """From an address that takes only forms to the nearest page above it, for those who may send the form.

    Reloading and stepping back after a refused form ask for such an address. An address that is nothing at all is
    Flask's to refuse; to everybody else one that takes only forms is nothing either: raises `NotFound`.
    """
    if isinstance(error, NoSuchPage):
        return None
    form = _view_at(request.path, "POST") if request.method in SAFE_METHODS else None
    if form is None or not _may_send(access_of(form[0]), actor):
        raise NotFound
    form[1].require_on(g.zone)
    return redirect(quote(next(path for path in _above(request.path) if path == "/" or _view_at(path, "GET"))))


def _above(path: str) -> Iterator[str]:
    """`/a/b/c` → `/a/b/`, `/a/b`, `/a/`, `/a`, `/`."""
    while path := path.rstrip("/").rpartition("/")[0]:
        yield from (f"{path}/", path)
    yield "/"


def _may_send(access: Access | None, actor: Actor) -> bool:
    if access is None:
        return False
    if access.kind == "permission":
        return actor.may(access.permission)
    return access.kind == "public" or not actor.is_anonymous
