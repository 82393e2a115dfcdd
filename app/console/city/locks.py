"""Values fixed for every zone of a union's subtree."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import queries
from app.console.city.frame import blueprint
from app.console.lock_words import lock_title, lock_value
from app.console.locks import lift_lock, list_locks, set_lock
from app.console.schemas import LockSchema
from app.core.access import requires
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.platform import platform
from app.core.theming import render, themes
from app.unions.models import Union
from tenants.database import db


@blueprint.route("/locks", methods=["GET", "POST"])
@requires("city.locks")
def locks() -> ResponseReturnValue:
    form = Form(LockSchema)
    if request.method == "POST" and form.submit():
        set_lock(_union(form.data["union_id"]), form.data["key"], form.data["value"], form.data["reason"])
        flash(_("Fixed. Zones follow when they publish next."), "success")
        return redirect(url_for("city.locks"))
    page = render("console/city_locks.html", form=form, locks=list_locks(), choices=lock_choices(),
                  union_options=queries.unions_with_zone(), lock_title=lock_title, lock_value=lock_value)  # fmt: skip
    return page, 422 if form.errors else 200


def lock_choices() -> list[tuple[str, str]]:
    """(`theme=harbor` or `module.help=on`, in words) for everything that can be fixed."""
    chosen = [(f"theme={slug}", "theme", slug) for slug in themes()]
    for module in platform().modules:
        chosen += [(f"module.{module.slug}={word}", f"module.{module.slug}", word == "on") for word in ("on", "off")]
    return [(choice, f"{lock_title(key)}: {lock_value(key, value)}") for choice, key, value in chosen]


@blueprint.post("/locks/<uuid:union_id>/<key>/lift")
@requires("city.locks")
def lift(union_id: UUID, key: str) -> ResponseReturnValue:
    lift_lock(_union(union_id), key)
    flash(_("The lock is lifted."), "success")
    return redirect(url_for("city.locks"))


def _union(union_id: UUID) -> Union:
    union = db.session.get(Union, union_id)
    if union is None:
        raise NotFound
    return union
