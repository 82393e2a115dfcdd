"""The consoles' words for states and starter zones."""

from typing import Any

from flask_babel import lazy_gettext

from app.core.i18n import current_locale
from tenants.context import ZoneState
from tenants.lifecycle import presets

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


def console_words() -> dict[str, Any]:
    return {
        "state_titles": STATE_TITLES,
        "state_kinds": STATE_KINDS,
        "preset_titles": {slug: preset.title[current_locale()] for slug, preset in presets().items()},
    }
