"""What legal aid shows on a zone's home page. The page is public and cached: nothing here depends on who looks."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.settings import current_settings
from app.core.modules import Item
from app.core.places import path_to


class EntrySettings(Schema):
    """The block needs none."""


def entry(_settings: dict[str, Any]) -> dict[str, Any]:
    """The way in, with the kinds that are open."""
    return {
        "text": _("Trouble at work? Ask here; your employer does not learn of it."),
        "href": path_to("legal_aid.home"),
        "icon": "scale",
        "items": [
            Item(str(kind.title), path_to("legal_aid.apply", kind_name=kind.name))
            for kind in current_settings("legal_aid").open_kinds
        ],
    }
