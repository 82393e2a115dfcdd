"""The member's inbox."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import own_things
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.theming import current_document, render
from app.notifications import operations, queries
from app.notifications.kinds import INBOX, is_required, kinds_in_use
from app.notifications.reading import shown
from tenants.context import Plane, current_actor, current_zone

blueprint = PlacedBlueprint(
    "inbox", __name__, place=Place.ZONE, plane=Plane.MEMBER, url_prefix="/inbox", enable_openapi=False
)


@blueprint.get("")
@own_things
def messages() -> ResponseReturnValue:
    rows = queries.list_messages(_member_id(), _position())
    page = [shown(row) for row in rows[: queries.PAGE]]
    next_href = url_for(".messages", before=page[-1].id) if len(rows) > queries.PAGE else ""
    return render(
        "notifications/inbox.html", messages=page, next_href=next_href, unread=queries.count_unread(_member_id())
    )


@blueprint.get("/<uuid:message_id>")
@own_things
def message(message_id: UUID) -> ResponseReturnValue:
    row = queries.find_message(_member_id(), message_id)
    if row is None:
        raise NotFound
    if row.read_at is None and current_zone().state.is_writable:
        operations.mark_read(message_id)
    return render("notifications/message.html", message=shown(row))


@blueprint.post("/read")
@own_things
def read_all() -> ResponseReturnValue:
    operations.mark_all_read()
    flash(_("All messages are marked as read."), "success")
    return redirect(url_for(".messages"))


@blueprint.get("/preferences")
@own_things
def preferences() -> ResponseReturnValue:
    chosen = queries.list_choices(_member_id())
    offered = [
        (kind, [(channel, chosen.get((kind.key, channel), True)) for channel in kind.channels if channel != INBOX])
        for kind in kinds_in_use(current_document())
    ]
    rows = [(kind, is_required(kind), channels) for kind, channels in offered if channels]
    return render("notifications/preferences.html", rows=rows)


@blueprint.post("/preferences")
@own_things
def choose() -> ResponseReturnValue:
    """Boxes that are not ticked are not sent: every offered channel is either in the form or turned off."""
    ticked = set(request.form.getlist("on"))
    operations.choose_channels(
        {
            (kind.key, channel): f"{kind.key}:{channel}" in ticked
            for kind in kinds_in_use(current_document())
            for channel in kind.channels
            if channel != INBOX
        }
    )
    flash(_("Your choice is kept."), "success")
    return redirect(url_for(".preferences"))


def _member_id() -> UUID:
    member_id = current_actor().member_id
    if member_id is None:
        raise NotFound
    return member_id


def _position() -> UUID | None:
    try:
        return UUID(request.args["before"]) if "before" in request.args else None
    except ValueError:
        raise NotFound from None
