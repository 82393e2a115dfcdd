"""The consoles' words for states, starter zones, deeds and what locks fix."""

from typing import Any

from flask_babel import lazy_gettext

from app.core.i18n import current_locale
from tenants.context import ZoneState
from tenants.starters import presets

STATE_TITLES = {
    ZoneState.REQUESTED.value: lazy_gettext("Requested"),
    ZoneState.PROVISIONING.value: lazy_gettext("Being set up"),
    ZoneState.ACTIVE.value: lazy_gettext("Open"),
    ZoneState.READ_ONLY.value: lazy_gettext("Read-only"),
    ZoneState.SUSPENDED.value: lazy_gettext("Suspended"),
    ZoneState.ARCHIVED.value: lazy_gettext("Archived"),
    ZoneState.PENDING_DELETE.value: lazy_gettext("To be deleted"),
    ZoneState.TOMBSTONE.value: lazy_gettext("Deleted"),
}
STATE_KINDS = dict.fromkeys(STATE_TITLES, "neutral") | {
    "active": "success", "read_only": "info", "provisioning": "info", "suspended": "warning", "pending_delete": "danger",
}  # fmt: skip
DEEDS = {
    ZoneState.ACTIVE: lazy_gettext("Open it for everybody"),
    ZoneState.READ_ONLY: lazy_gettext("Make it read-only: it can be read, nothing can be changed"),
    ZoneState.SUSPENDED: lazy_gettext("Suspend it: closed to everybody for a time"),
    ZoneState.ARCHIVED: lazy_gettext("Archive it: closed for good, its data is kept"),
}
"""What an operator does by bringing a zone to a state."""
OUT_OF_THE_ARCHIVE = lazy_gettext("Take it out of the archive and open it for everybody")


def deeds(present: ZoneState, targets: frozenset[ZoneState]) -> list[tuple[str, Any]]:
    """(state, deed) for the states an operator may choose now."""
    titles = DEEDS | ({ZoneState.ACTIVE: OUT_OF_THE_ARCHIVE} if present is ZoneState.ARCHIVED else {})
    return [(state.value, title) for state, title in titles.items() if state in targets]


def console_words() -> dict[str, Any]:
    return {
        "state_titles": STATE_TITLES,
        "state_kinds": STATE_KINDS,
        "preset_titles": {slug: preset.title[current_locale()] for slug, preset in presets().items()},
        "preset_texts": {slug: preset.description[current_locale()] for slug, preset in presets().items()},
    }
