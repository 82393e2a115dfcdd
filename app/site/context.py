"""What every page's template may use: zone, look, tabs, viewer, language, addresses."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import gettext

from app.core.display import TEXT_COOKIE
from app.core.i18n import current_locale
from app.core.images import NARROW
from app.core.places import Place, path_to
from app.core.platform import platform
from app.core.theming import current_document
from app.identity.sessions import SignedIn
from app.notifications.queries import count_unread
from app.site.assets import asset, theme_asset
from app.site.pictures import desk_icon, icon, photo
from app.site.tables import labelled
from tenants.context import Plane, current_scope, has_scope
from tenants.revisions import RevisionDocument

LOGO_WIDTH = max(NARROW["logo"])


@dataclass(frozen=True, slots=True)
class Look:
    """What a zone looks like beyond its templates."""

    theme: str
    css_url: str
    logo_url: str | None
    slogan: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab at the lower edge; that of one's own page has the key `me`."""

    key: str
    title: str
    href: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking. A former member has things of their own here as well."""

    name: str
    is_member: bool
    has_own_things: bool
    is_staff: bool
    unread: int
    inbox_href: str


def init_app(app: Flask) -> None:
    app.context_processor(page_context)
    app.jinja_env.globals.update(asset=asset, make_icon=icon, make_desk_icon=desk_icon, make_photo=photo)
    app.jinja_env.filters["labelled"] = labelled


def page_context() -> dict[str, Any]:
    document = current_document()
    zone = current_scope().zone if has_scope() else None
    return {
        "zone": zone,
        "look": _look(document, zone is not None),
        "tabs": _tabs(document) if zone else [],
        "viewer": _viewer(),
        "locale": current_locale(),
        "large_text": wants_large_text(),
        "display_url": display_url,
        "sign_in_url": sign_in_url(),
        "sign_out_url": "/session/end",
        "theme_asset": lambda path: theme_asset(path, document.theme),
    }


def wants_large_text() -> bool:
    return choose_large_text(request.cookies.get(TEXT_COOKIE), g.get("signed_in"))


def choose_large_text(chosen: str | None, signed_in: SignedIn | None) -> bool:
    """Whether text is large: what this browser chose, else what the account says."""
    if chosen:
        return chosen == "large"
    return bool(signed_in and signed_in.large_text)


def display_url(**choice: str) -> str:
    """A link that sets the language or the text size and comes back to this page."""
    return _there_and_back("/display", _this_page(), **choice)


def sign_in_url() -> str:
    return _there_and_back("/session/begin", _this_page())


def _this_page() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


@lru_cache(maxsize=1024)
def _there_and_back(path: str, back: str, **choice: str) -> str:
    return f"{path}?{urlencode({**choice, 'next': back})}"


def _look(document: RevisionDocument, in_zone: bool) -> Look:
    zone = current_scope().zone if in_zone else None
    revision = zone.revision_id if zone else None
    return Look(
        document.theme,
        css_url=g.get("preview_css") or (f"/look/{revision}.css" if revision else "/look/default.css"),
        logo_url=f"/files/{document.logo}?width={LOGO_WIDTH}" if document.logo else None,
        slogan=document.slogan,
    )


def _tabs(document: RevisionDocument) -> list[Tab]:
    """The tabs at the lower edge. What is personal about them is a template of its own, `layout/unread.html`."""
    chosen = [(module.slug, module.tab) for module in platform().modules if module.tab and document.uses(module.slug)]
    own = [
        ("module:" + slug, str(entry.title), path_to(entry.endpoint), entry.icon)
        for slug, entry in sorted(chosen, key=lambda each: each[1].order)
    ]
    tabs = [
        ("home", gettext("Home"), "/", "home"),
        ("services", gettext("Services"), "/services", "apps"),
        *own,
        ("me", gettext("Me"), "/me", "user"),
    ]
    return [Tab(key, title, href, icon, _is_active(href)) for key, title, href, icon in tabs]


def _is_active(href: str) -> bool:
    """Whether the page lies below a tab's; messages belong to one's own page."""
    path = "/me" if request.path.startswith("/inbox") else request.path
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))


def _viewer() -> Viewer | None:
    signed_in = g.get("signed_in")
    if signed_in is None or not has_scope():
        return None
    actor = current_scope().actor
    in_zone = g.place is Place.ZONE and current_scope().plane is Plane.MEMBER
    return Viewer(
        name=signed_in.name,
        is_member=actor.is_member,
        has_own_things=actor.member_id is not None,
        is_staff=bool(actor.permissions),
        unread=count_unread(actor.member_id) if actor.member_id and in_zone else 0,
        inbox_href="/inbox" if g.place is Place.ZONE else "",
    )
