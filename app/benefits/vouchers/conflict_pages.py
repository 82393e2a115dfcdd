"""The desk's pages of what shops took without network and was not good: the list, and one with what was agreed about it."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.rights import MANAGE, VIEW
from app.benefits.vouchers import conflicts, queries, words
from app.benefits.vouchers.schemas import ResolutionForm
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from tenants.context import current_actor

blueprint = APIBlueprint("conflicts", __name__, url_prefix="/offline", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    """Those that nothing is agreed about yet, or all of them."""
    before, is_all = parse_uuid(request.args.get("before", "")), request.args.get("show") == "all"
    rows = conflicts.list_conflicts(conflicts.PAGE + 1, before=before, resolved=is_all)
    shown = rows[: conflicts.PAGE]
    last = shown[-1].VoucherOfflineUse.id if len(rows) > conflicts.PAGE else None
    more = url_for(".index", before=last, show="all" if is_all else None) if last else ""
    titles = queries.shop_titles([row.VoucherOfflineUse.other_shop_id for row in shown])
    tabs = [
        {
            "title": _("Not agreed yet"),
            "href": url_for(".index"),
            "active": not is_all,
            "count": conflicts.count_open(),
        },
        {"title": _("All"), "href": url_for(".index", show="all"), "active": is_all},
    ]
    return render(
        "vouchers/offline_conflicts.html",
        conflicts=shown,
        titles=titles,
        words=words,
        yuan=yuan,
        tabs=tabs,
        next_href=more,
    )


@blueprint.get("/<uuid:use_id>")
@requires(VIEW)
def conflict(use_id: UUID) -> ResponseReturnValue:
    return _page(use_id, Form(ResolutionForm))


@blueprint.post("/<uuid:use_id>")
@requires(MANAGE)
@paced(60)
def resolve(use_id: UUID) -> ResponseReturnValue:
    """Note what was agreed with the shop, for good."""
    form = Form(ResolutionForm)
    with Attempt(form) as attempt:
        if form.submit():
            conflicts.resolve(current_actor(), use_id, form.data["resolution"])
            flash(_("It is noted; the shop reads it too."), "success")
            return redirect(url_for(".conflict", use_id=use_id), code=303)
    return _page(use_id, form), attempt.status


def _page(use_id: UUID, form: Form) -> str:
    row = conflicts.find_conflict(use_id)
    titles = queries.shop_titles([row.VoucherOfflineUse.other_shop_id])
    may = current_actor().may(MANAGE) and row.VoucherOfflineUse.resolved_at is None
    return render(
        "vouchers/offline_conflict.html", row=row, titles=titles, words=words, form=form, yuan=yuan, may_resolve=may
    )
