"""What the city shares with this zone, and what of it the zone hides."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.modules.news import desk, sharing
from app.modules.news.addresses import article_path
from app.modules.news.console.frame import blueprint, render_desk, step
from tenants.context import current_actor


@blueprint.get("/city")
@requires("news.publish")
def shared() -> ResponseReturnValue:
    rows, following = desk.list_shared_for_staff(request.args.get("before", type=UUID))
    return render_desk("shared", crumb=_("From the city"), articles=rows, article_path=article_path,
                       next_href=url_for(".shared", before=following) if following else "")  # fmt: skip


@blueprint.post("/city/<uuid:shared_id>/hide")
@requires("news.publish")
def hide(shared_id: UUID) -> ResponseReturnValue:
    return step(lambda: sharing.hide_share(current_actor(), shared_id), _("Hidden in this zone."), url_for(".shared"))


@blueprint.post("/city/<uuid:shared_id>/show")
@requires("news.publish")
def show(shared_id: UUID) -> ResponseReturnValue:
    return step(
        lambda: sharing.hide_share(current_actor(), shared_id, hidden=False), _("Shown again."), url_for(".shared")
    )
