"""The consoles' menus, as far as the actor's permissions go."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.console.settings_forms import check_settings
from app.console.words import console_words
from app.core.modules import Entry, load_provider
from app.core.places import Place
from app.core.platform import EXTENSION, platform
from app.core.theming import current_document
from tenants.context import Plane, current_actor, current_scope, has_scope

ZONE_MENU = (
    (
        lazy_gettext("People"),
        (
            Entry(lazy_gettext("Members"), "console_members.members", "users", "members.view"),
            Entry(lazy_gettext("Import a roster"), "console_members.imports", "upload", "members.import"),
            Entry(lazy_gettext("Broadcasts"), "console_notifications.broadcasts", "send", "broadcasts.send"),
            Entry(lazy_gettext("Staff and roles"), "console_staff.index", "shield", "staff.grant"),
        ),
    ),
    (
        lazy_gettext("Benefits"),
        (
            Entry(
                lazy_gettext("Budgets of beans"),
                "console_benefits.budgets.index",
                "coin",
                "benefits.view",
                badge="app.benefits.waiting:count_budgets",
            ),
            Entry(
                lazy_gettext("Issues of beans"),
                "console_benefits.issues.issues",
                "gift",
                "benefits.view",
                badge="app.benefits.waiting:count_issues",
            ),
            Entry(
                lazy_gettext("Vouchers"),
                "console_benefits.batches.index",
                "ticket",
                "benefits.view",
                badge="app.benefits.waiting:count_vouchers",
            ),
            Entry(lazy_gettext("Shops and clerks"), "console_benefits.shops.index", "map-pin", "benefits.view"),
            Entry(lazy_gettext("Redeem vouchers"), "console_benefits.redeem.scan", "qrcode", "vouchers.redeem"),
            Entry(
                lazy_gettext("Ledger of beans"),
                "console_benefits.ledger.index",
                "book",
                "benefits.view",
            ),
            Entry(
                lazy_gettext("Settlement"),
                "console_benefits.settlements.index",
                "sheet",
                "benefits.view",
                badge="app.benefits.waiting:count_settlements",
            ),
            Entry(
                lazy_gettext("Reconciliation"),
                "console_benefits.reconciliation.index",
                "scale",
                "benefits.view",
                badge="app.benefits.checks:count_to_see_to",
            ),
        ),
    ),
    (
        lazy_gettext("The zone"),
        (
            Entry(lazy_gettext("Look"), "console.look", "palette", "zone.design"),
            Entry(lazy_gettext("Home page"), "console.blocks", "layout", "zone.design"),
            Entry(lazy_gettext("Modules"), "console.modules", "apps", "zone.modules"),
            Entry(lazy_gettext("Publish"), "console.publish", "check-circle", "zone.publish"),
            Entry(lazy_gettext("Background work"), "console_jobs.jobs", "refresh", "jobs.view"),
            Entry(lazy_gettext("Audit trail"), "console.audit", "eye", "audit.view"),
        ),
    ),
)
DESKS = ("/console/", "/city/")
CITY_MENU = (
    (
        "",
        (
            Entry(lazy_gettext("Zones"), "city.zones", "building", "city.view"),
            Entry(lazy_gettext("Provision from a list"), "city.import_zones", "upload", "zones.provision"),
            Entry(lazy_gettext("Unions"), "city_unions.tree", "users", "city.view"),
            Entry(lazy_gettext("City staff"), "city_staff.index", "shield", "staff.appoint"),
            Entry(lazy_gettext("Locks"), "city.locks", "lock", "city.locks"),
            Entry(lazy_gettext("Working-day calendar"), "city_calendar.years", "calendar", "city.calendar"),
            Entry(lazy_gettext("Spending rules"), "city_benefits.rules", "scale", "benefits.rules"),
            Entry(lazy_gettext("Background work"), "city_jobs.jobs", "refresh", "city.jobs"),
            Entry(lazy_gettext("Audit trail"), "city.audit", "eye", "city.audit"),
        ),
    ),
)


def init_app(app: Flask) -> None:
    check_settings(app.extensions[EXTENSION].modules)
    app.context_processor(console_context)


def console_context() -> dict[str, Any]:
    if not has_scope() or not current_actor().permissions:
        return {}
    if g.get("place") is Place.CITY:
        return {"page": {"menu": _menu(_city_menu())}, "desk_title": _("City console"), **console_words()}
    if g.get("place") is Place.ZONE and request.path.startswith("/console"):
        return {"page": {"menu": _menu(_zone_menu())}}
    return {}


def _city_menu() -> Iterable[tuple[Any, Iterable[Entry]]]:
    yield from CITY_MENU
    yield _("Services"), [entry for module in platform().modules for entry in module.city_menu]


def _zone_menu() -> Iterable[tuple[Any, Iterable[Entry]]]:
    document = current_document()
    yield "", (Entry(_("Desk"), "console.desk", "home", "desk.view"),)
    own = [entry for module in platform().modules if document.uses(module.slug) for entry in module.menu]
    if own:
        yield _("Services"), own
    yield from ZONE_MENU


def _menu(groups: Iterable[tuple[Any, Iterable[Entry]]]) -> list[dict[str, Any]]:
    """Groups with the entries the actor may open; empty groups are left out. The entry nearest to the page is active."""
    actor = current_actor()
    shown = []
    for title, entries in groups:
        items = [
            {
                "title": entry.title,
                "href": url_for(entry.endpoint),
                "icon": entry.icon,
                "badge": _badge(entry),
                "active": False,
            }
            for entry in entries
            if actor.may(entry.permission) and entry.endpoint in current_app.view_functions
        ]
        if items:
            shown.append({"title": title, "items": items})
    _mark_active([item for group in shown for item in group["items"]])
    return shown


def _badge(entry: Entry) -> int:
    """The number an entry's provider counts; only desks run on a plane that may count."""
    return load_provider(entry.badge)() if entry.badge and current_scope().plane is not Plane.MEMBER else 0


def _mark_active(items: list[dict[str, Any]]) -> None:
    """The entry whose address is the longest beginning of the page's; the desk itself only on its own page."""
    leading = [
        item
        for item in items
        if request.path == item["href"] or (item["href"] not in DESKS and request.path.startswith(item["href"]))
    ]
    if leading:
        max(leading, key=lambda item: len(item["href"]))["active"] = True
