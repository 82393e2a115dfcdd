"""The zone console's broadcasts: compose, count, confirm, watch."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, seen_mark
from app.core.places import Place, PlacedBlueprint
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.members.audience import Audience, measure
from app.members.audience.form import as_typed, audience_of, choices
from app.members.audience.words import describe
from app.notifications import broadcast_queries, broadcasting, words
from app.notifications.kinds import INBOX
from app.notifications.models import Broadcast
from app.notifications.reach import measure_reach
from app.notifications.schemas import BroadcastForm
from tenants.context import Plane, current_actor
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "console_notifications", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console/broadcasts",
    enable_openapi=False,
)  # fmt: skip


@blueprint.get("/")
@requires("broadcasts.send")
def broadcasts() -> ResponseReturnValue:
    rows = broadcast_queries.list_broadcasts(_position())
    page = rows[: broadcast_queries.PAGE]
    next_href = url_for(".broadcasts", before=page[-1].id) if len(rows) > broadcast_queries.PAGE else ""
    return render("notifications/broadcasts.html", broadcasts=page, next_href=next_href, words=words)


@blueprint.get("/new")
@requires("broadcasts.send")
def new() -> ResponseReturnValue:
    return _compose_page(Form(BroadcastForm, {"id": uuid7(), "channels": [INBOX]}))


@blueprint.post("/new")
@requires("broadcasts.send")
def create() -> ResponseReturnValue:
    return _keep(Form(BroadcastForm))


@blueprint.get("/<uuid:broadcast_id>/edit")
@requires("broadcasts.send")
def edit(broadcast_id: UUID) -> ResponseReturnValue:
    broadcast = broadcast_queries.get_broadcast(broadcast_id)
    if broadcast.state != "draft":
        return redirect(url_for(".broadcast", broadcast_id=broadcast_id))
    return _compose_page(Form(BroadcastForm, _as_typed(broadcast), seen=broadcasting.mark(broadcast)))


@blueprint.get("/<uuid:broadcast_id>")
@requires("broadcasts.send")
def broadcast(broadcast_id: UUID) -> ResponseReturnValue:
    return _broadcast_page(broadcast_id)


def _broadcast_page(broadcast_id: UUID) -> str:
    found = broadcast_queries.get_broadcast(broadcast_id)
    template = (
        "notifications/broadcast_progress.html" if "HX-Request" in request.headers else "notifications/broadcast.html"
    )
    audience, is_draft = Audience.from_json(found.audience), found.state == "draft"
    return render(
        template, broadcast=found, words=words, audience=describe(audience), seen=broadcasting.mark(found),
        reach=measure_reach(audience) if is_draft else None, size=measure(audience) if is_draft else None,
        results=broadcast_queries.list_results(broadcast_id) if found.state in ("sent", "cancelled", "failed") else [],
    )  # fmt: skip


@blueprint.post("/<uuid:broadcast_id>/send")
@requires("broadcasts.send")
def send(broadcast_id: UUID) -> ResponseReturnValue:
    try:
        broadcasting.send(current_actor(), broadcast_id, seen=seen_mark())
    except ChangedMeanwhile as refusal:
        flash(str(refusal.message), "error")
        return _broadcast_page(broadcast_id), refusal.status
    return redirect(url_for(".broadcast", broadcast_id=broadcast_id))


@blueprint.post("/<uuid:broadcast_id>/cancel")
@requires("broadcasts.send")
def cancel(broadcast_id: UUID) -> ResponseReturnValue:
    stopped = broadcasting.call_off(current_actor(), broadcast_id)
    if stopped:
        flash(_("The notice was called off. What had left already has arrived."), "success")
    else:
        flash(_("It was over already."), "info")
    return redirect(url_for(".broadcast", broadcast_id=broadcast_id))


def _keep(form: Form) -> ResponseReturnValue:
    if not form.submit():
        return _compose_page(form), 422
    data = form.data
    try:
        broadcasting.compose(
            current_actor(), data["id"], title=data["title"], body=data["body"],
            channels=[channel for channel in words.CHANNELS if channel in data["channels"]], audience=audience_of(data),
            seen=form.seen,
        )  # fmt: skip
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        return _compose_page(form, refusal.saved), refusal.status
    except DomainError as refusal:
        form.refuse(refusal)
        return _compose_page(form), refusal.status
    return redirect(url_for(".broadcast", broadcast_id=data["id"]))


def _compose_page(form: Form, saved: Broadcast | None = None) -> str:
    """The form; `saved` is what somebody else kept meanwhile, shown beside it."""
    audience = describe(Audience.from_json(saved.audience)) if saved else []
    return render(
        "notifications/compose.html", form=form, words=words, saved=saved, audience=audience, choices=choices()
    )


def _as_typed(broadcast: Broadcast) -> dict[str, Any]:
    return {
        **as_typed(Audience.from_json(broadcast.audience)), "id": broadcast.id, "title": broadcast.title,
        "body": broadcast.body, "channels": broadcast.channels,
    }  # fmt: skip


def _position() -> UUID | None:
    try:
        return UUID(request.args["before"]) if "before" in request.args else None
    except ValueError:
        raise NotFound from None
