"""The gate every request passes: which host, who, on which plane, and whether they may.

Order: host → place and zone → session → scope → module switch → access mark → CSRF and Origin. Anything that does not
name its place or its access is refused.
"""

from contextlib import ExitStack
from typing import NoReturn
from urllib.parse import SplitResult, quote, urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from app.core.access import Access, access_of
from app.core.errors import Forbidden, NotFound, ReadOnly, SignedOut
from app.core.places import Place, PlacedBlueprint, blueprint_of
from app.core.platform import Platform, platform
from app.core.problems import typed_again
from app.identity.bearer import find_token_actor, is_api
from app.identity.browser import SAFE_METHODS, session_cookie_name
from app.identity.changes import EXTENSION
from app.identity.destinations import allow_form_to_lead_to
from app.identity.errors import ScopeMissing, TokenNeeded
from app.identity.outsiders import find_own_place
from app.identity.roles import CITY_ROLES, permissions_of
from app.identity.sessions import SessionMemory, SignedIn
from app.identity.unanswered import lead_on
from app.members.own_things import left_something
from tenants.context import ANONYMOUS, Actor, Plane, ZoneFacts, scope
from tenants.database import db, end_reading
from tenants.hosts import HostName, parse_host
from tenants.paths import is_within

ANY_HOST_ENDPOINTS = frozenset({"static", "health.healthz", "health.readyz", "health.metrics"})
MOST_FROM_STRANGERS = 256 * 1024
"""Bytes of a body that are read for whoever is not signed in: no form for them takes files."""
NUL = "\0"  # no text of PostgreSQL's can hold it
FRONT_DOORS = {Place.ID: "/account/", Place.CITY: "/city/", Place.PORTAL: "/zones/"}


def init_app(app: Flask, sessions: SessionMemory) -> None:
    app.extensions[EXTENSION] = sessions

    def enter() -> ResponseReturnValue | None:
        return _enter(sessions)

    app.before_request(enter)
    app.after_request(_let_forms_lead_to_sign_in)
    app.teardown_request(_leave)


def _enter(sessions: SessionMemory) -> ResponseReturnValue | None:
    if request.endpoint in ANY_HOST_ENDPOINTS:
        return None
    if NUL in request.path or b"%00" in request.query_string or NUL.encode() in request.query_string:
        abort(400)
    house = platform()
    g.scopes = ExitStack()
    host = parse_host(request.headers.get("Host", ""), house.settings.base_domain)
    if host is None:
        abort(404)
    with scope(Plane.MEMBER):
        house.feed.read_if_due(db.session.connection)
        moved = _resolve(host, house)
        end_reading()
    if moved and not is_api():
        return _moved_permanently(moved)
    if request.path == "/" and g.place in FRONT_DOORS:
        return redirect(FRONT_DOORS[g.place])
    if is_api():
        g.signed_in = None
        return _enter_scope(find_token_actor(g.zone))
    g.signed_in = _find_session(sessions, house)
    return _enter_scope(actor_of(g.signed_in, g.zone, house))


def _resolve(host: HostName, house: Platform) -> str:
    """Set `g.place` and `g.zone`; returns the host the zone has moved to, if any. Aborts for a host nobody has."""
    special = {"id": Place.ID, "city": Place.CITY}
    g.zone = None
    if not host.domain and host.label == "":
        g.place = Place.PORTAL
        return ""
    if not host.domain and host.label in special:
        g.place = special[host.label]
        return ""
    found = house.registry.by_host(host)
    if found is None:
        abort(404)
    g.place, g.zone = Place.ZONE, found.zone
    return found.moved_to


def _moved_permanently(host: str) -> Response:
    """To where the zone lives now; browsers shall ask again after a minute, because it may move back."""
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    response: Response = redirect(platform().url(host, request.path + query), code=301)  # type: ignore[assignment]
    response.headers["Cache-Control"] = "max-age=60"
    return response


def _find_session(sessions: SessionMemory, house: Platform) -> SignedIn | None:
    token = request.cookies.get(session_cookie_name(house.settings.scheme))
    if not token:
        return None
    with scope(Plane.IDENTITY):
        found = sessions.find(token, place_host())
        db.session.commit()
    g.account_locale = found.locale if found else None
    return found


def place_host() -> str:
    """The host sessions are bound to: from the zone row or the settings, never from the request."""
    house = platform()
    if g.place is Place.ZONE:
        return g.zone.host
    return {Place.ID: house.id_host, Place.CITY: house.city_host, Place.PORTAL: house.settings.base_domain}[g.place]


def _enter_scope(actor: Actor) -> ResponseReturnValue | None:
    if actor.is_anonymous:
        request.max_content_length = MOST_FROM_STRANGERS
    blueprint = _blueprint_here()
    plane = blueprint.plane if blueprint and not (is_api() and actor.is_anonymous) else Plane.MEMBER
    zone: ZoneFacts | None = g.zone
    g.is_form_of_ours = _is_form_of_ours()
    reason = f"{request.method} {request.path}" if plane is Plane.CITY else ""
    g.scopes.enter_context(scope(plane, zone=zone, actor=actor, reason=reason))
    if zone is not None and not zone.state.is_open and not _is_everywhere(blueprint):
        raise ZoneClosed
    if request.routing_exception is not None:
        return lead_on(request.routing_exception, actor)
    if blueprint is None:
        raise NotFound
    blueprint.require_on(zone)
    _check_origin()
    if zone is not None:
        _check_writable(zone, blueprint)
    return _check_access(access_of(_view()), actor)


def _blueprint_here() -> PlacedBlueprint | None:
    """The blueprint of the requested route if it is served at this kind of host."""
    found = blueprint_of(current_app, request.endpoint or "")
    return found if found is not None and g.place in found.places else None


def _is_everywhere(blueprint: PlacedBlueprint | None) -> bool:
    """Whether every kind of host serves it: it shows nothing of a zone."""
    return blueprint is not None and blueprint.places == frozenset(Place)


def _view():
    return current_app.view_functions.get(request.endpoint or "")


def actor_of(signed_in: SignedIn | None, zone: ZoneFacts | None, house: Platform) -> Actor:
    """Who acts in a zone, or on another of our hosts, with the permissions that hold there."""
    if signed_in is None:
        return ANONYMOUS
    is_former = False
    if zone is not None:
        belongs = is_within(signed_in.member_path, zone.union_path)
        is_former = not belongs and _is_former(signed_in, zone)
        permissions = permissions_of(signed_in.grants, zone.union_path, house.modules)
    else:
        belongs = g.place is Place.ID
        city_grants = [(role, path) for role, path in signed_in.grants if role in CITY_ROLES]
        permissions = frozenset().union(*(permissions_of([grant], grant[1], house.modules) for grant in city_grants))
    return Actor(
        account_id=signed_in.account_id,
        member_id=signed_in.member_id if belongs or is_former else None,
        name=signed_in.name,
        permissions=permissions,
        is_former=is_former,
        ties=signed_in.ties,
    )


def _is_former(signed_in: SignedIn, zone: ZoneFacts) -> bool:
    """Whether something in the zone is of a person who is no member of it; they see what row-level security calls their own."""
    if signed_in.member_id is None:
        return False
    with scope(Plane.MEMBER, zone=zone, actor=Actor(signed_in.account_id, signed_in.member_id, is_former=True)):
        found = left_something(signed_in.member_id)
        db.session.commit()
    return found


def _check_writable(zone: ZoneFacts, blueprint: PlacedBlueprint) -> None:
    if request.method not in SAFE_METHODS and blueprint.writes_zone and not zone.state.is_writable:
        raise ReadOnly


class ZoneClosed(NotFound):
    """The zone exists but is not open: a page says so, and shows nothing of it."""

    code = "zone-closed"


def _is_form_of_ours() -> bool:
    """Whether a page of this very host sends a form: sibling subdomains are same-site to a browser."""
    if request.method in SAFE_METHODS or is_api():
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return is_sent_from(origin, platform().settings.scheme, request.headers.get("Host", ""))


def is_sent_from(origin: str, scheme: str, host: str) -> bool:
    """Whether an Origin (or a Referer) is this very host."""
    parts = _taken_apart(origin)
    return f"{parts.scheme}://{parts.netloc}" == f"{scheme}://{host}"


def _check_origin() -> None:
    if request.method not in SAFE_METHODS and not is_api() and not g.is_form_of_ours:
        raise Forbidden


def _check_access(access: Access | None, actor: Actor) -> ResponseReturnValue | None:
    if access is None:
        raise Forbidden
    if access.kind == "public":
        return None
    if actor.is_anonymous:
        return _to_sign_in()
    if (access.kind == "member" and not actor.is_member) or (access.kind == "own" and actor.member_id is None):
        refuse_outsider()
    if access.kind == "permission":
        if not actor.may(access.permission):
            raise ScopeMissing(scope=access.permission) if is_api() else NotFound
        if g.signed_in is not None and not g.signed_in.has_second_factor:
            return _to_sign_in(second_factor=True)
    return None


def refuse_outsider() -> NoReturn:
    """Tell who is signed in that only members of the zone's unions enter here, and where they are one."""
    g.own_place = find_own_place(g.signed_in.member_path) if g.signed_in else None
    raise NotAMember


class NotAMember(Forbidden):
    """Signed in, but not a member of a union in this zone."""

    code = "not-a-member"
    message = _("This page is for members of the unions of this zone.")


def _to_sign_in(second_factor: bool = False) -> ResponseReturnValue:
    """Send the browser to sign in and back to this page (for an unsafe request: to the page its form was on).

    Raises `SignedOut` where a form of ours would lose what was typed.
    """
    if is_api():
        raise TokenNeeded
    from_path = request.full_path.rstrip("?") if request.method in SAFE_METHODS else _page_of_form()
    path = "/session/second-factor" if second_factor else "/session/begin"
    way = f"{path}?next={quote(from_path, safe='/')}"
    if request.method not in SAFE_METHODS:
        is_unread = (request.content_length or 0) > MOST_FROM_STRANGERS
        if is_unread or typed_again():
            raise SignedOut(way, is_unread=is_unread)
    return redirect(way)


def _taken_apart(address: str) -> SplitResult:
    """The parts of an address a browser sent; of one that is none, empty parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _page_of_form() -> str:
    """The path of the page that sent the form; its origin was checked before."""
    page = _taken_apart(request.headers.get("Referer", ""))
    return page.path + (f"?{page.query}" if page.query else "") if page.netloc == request.host else "/"


def _let_forms_lead_to_sign_in(response: Response) -> Response:
    """A form sent after the session has ended is redirected to the sign-in host; the browser must let it."""
    leaves = g.get("place") in (Place.ZONE, Place.CITY) and "Content-Security-Policy" not in response.headers
    return allow_form_to_lead_to(response, platform().url(platform().id_host, "")) if leaves else response


def _leave(_: BaseException | None) -> None:
    scopes: ExitStack | None = g.pop("scopes", None)
    if scopes is not None:
        scopes.close()
