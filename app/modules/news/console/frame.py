"""What the staff pages have in common: the blueprint, their tabs, the answer to a step."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import DomainError
from app.core.local_paths import local_path
from app.core.module_settings import module_settings
from app.core.places import console_pages
from app.core.theming import render
from app.modules.news.assets import news_asset
from app.modules.news.queries import is_city_zone
from tenants.context import current_actor, current_zone
from tenants.database import db

blueprint = console_pages("news", __name__)


def render_desk(template: str, crumb: str = "", **context: Any) -> str:
    """A staff page of the module under its tabs."""
    crumbs = [{"title": _("News"), "href": url_for("console_news.index")}, {"title": crumb}] if crumb else []
    return render(f"news/desk/{template}.html", section_tabs=_tabs(), crumbs=crumbs, news_asset=news_asset, **context)


def _tabs() -> list[dict[str, Any]]:
    sections = [(_("Articles"), "console_news.index")]
    if current_actor().may("news.publish"):
        sections.append((_("Categories"), "console_news.categories"))
        if not is_city_zone(current_zone()) and module_settings("news")["accept_city_articles"]:
            sections.append((_("From the city"), "console_news.shared"))
    return [
        {"title": title, "href": url_for(endpoint), "active": request.endpoint == endpoint}
        for title, endpoint in sections
    ]


def step(change: Callable[[], Any], done: str, back: str) -> ResponseReturnValue:
    """Do one step and go back to a page of the desk; a refusal is told there, and what does not exist is a 404."""
    try:
        change()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        db.session.rollback()
        flash(str(refusal.message), "error")
    else:
        flash(done, "success")
    return redirect(local_path(request.form.get("next", ""), back), code=303)
