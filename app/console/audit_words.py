"""The audit trail in words. Each part names its own deeds in `audit_words.ACTIONS`, and what they are about in
`audit_words.THINGS`; those of the consoles are here."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _

import app
from app.console.lock_words import lock_title, lock_value
from app.console.words import STATE_TITLES
from app.core.audit import AuditEntry
from app.core.audit_things import Thing, column
from app.core.modules import Text
from app.core.platform import platform
from tenants.context import Plane
from tenants.models import Zone

ACTIONS: dict[str, Text] = {
    "zones.requested": _("Requested a zone"),
    "zones.provisioned": _("Opened a zone"),
    "zones.state-changed": _("Changed a zone’s state"),
    "zones.renamed": _("Renamed a zone"),
    "zones.appointed": _("Appointed an administrator"),
    "zones.domain-added": _("Noted a domain"),
    "zones.domain-verified": _("Verified a domain"),
    "zones.domain-primary": _("Chose a zone’s address"),
    "zones.domain-removed": _("Gave a domain up"),
    "zones.locked": _("Fixed a value"),
    "zones.unlocked": _("Lifted a lock"),
    "zone.published": _("Published the zone’s look"),
    "zone.rolled-back": _("Rolled the zone’s look back"),
    "zone.draft-discarded": _("Discarded the draft"),
}
THINGS = {
    "zone": Thing(_("Zone"), column(Zone.name), planes=frozenset({Plane.STAFF, Plane.CITY})),
    "revision": Thing(_("Look")),
}
OWN_ADDRESS = lazy_gettext("the platform’s address")


def action_titles() -> dict[str, Text]:
    """What every deed is called, of every service and module of this installation."""
    return {action: title for words in _words() for action, title in words.ACTIONS.items()}


def things() -> dict[str, Thing]:
    """What every deed may be about, of every service and module of this installation."""
    return {kind: thing for words in _words() for kind, thing in getattr(words, "THINGS", {}).items()}


def _words() -> Iterator[ModuleType]:
    yield from _words_of_services()
    yield from filter(None, (module.part("audit_words") for module in platform().modules))


@lru_cache(maxsize=1)
def _words_of_services() -> list[ModuleType]:
    names = [f"{app.__name__}.{part.name}.audit_words" for part in pkgutil.iter_modules(app.__path__) if part.ispkg]
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


def describe(entry: AuditEntry) -> str:
    """What of a deed of the consoles is worth telling besides its title; empty for others."""
    teller = _TELLERS.get(entry.action)
    return teller(entry.detail) if teller else ""


def _change(before: object, after: object) -> str:
    return f"{before} → {after}"


def _state(detail: Mapping[str, Any]) -> str:
    before, after = (STATE_TITLES.get(detail[key], detail[key]) for key in ("before", "after"))
    return _change(before, after)


def _name(detail: Mapping[str, Any]) -> str:
    before, after = detail["before"], detail["after"]
    return ", ".join(_change(before[key], after[key]) for key in ("name", "slug") if before[key] != after[key])


def _lock(detail: Mapping[str, Any]) -> str:
    return f"{lock_title(detail['key'])}: {lock_value(detail['key'], detail['value'])}"


def _revision(detail: Mapping[str, Any]) -> str:
    return gettext("Revision %(number)s", number=detail.get("number") or detail.get("to"))


_TELLERS = {
    "zones.requested": lambda detail: detail["slug"],
    "zones.provisioned": lambda detail: detail["slug"],
    "zones.state-changed": _state,
    "zones.renamed": _name,
    "zones.domain-added": lambda detail: detail["domain"],
    "zones.domain-verified": lambda detail: detail["domain"],
    "zones.domain-primary": lambda detail: detail["domain"] or str(OWN_ADDRESS),
    "zones.domain-removed": lambda detail: detail["domain"],
    "zones.locked": _lock,
    "zones.unlocked": _lock,
    "zone.published": _revision,
    "zone.rolled-back": _revision,
}
