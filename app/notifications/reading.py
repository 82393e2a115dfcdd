"""A message as its reader sees it: in their language, from its kind and values or from its broadcast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row

from app.core.i18n import current_locale
from app.notifications.kinds import fill, kinds
from tenants.context import current_zone


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in words; plain text, which the page escapes."""

    id: UUID
    title: str
    text: str
    href: str
    is_read: bool
    at: datetime


def shown(row: Row[Any]) -> Shown:
    """The words of a row of `queries.list_messages`; a kind whose module has left still shows that there was something."""
    if row.broadcast_title is not None:
        title, text = row.broadcast_title, row.broadcast_body
    elif kind := kinds().get(row.kind):
        params = {**row.params, "zone": current_zone().name}
        title, text = fill(kind.subject, current_locale(), params), fill(kind.body, current_locale(), params)
    else:
        title, text = _("A message"), _("What this was about is no longer part of this zone.")
    return Shown(row.id, title, text, row.href, row.read_at is not None, row.created_at)
