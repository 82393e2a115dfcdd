"""What the module's home-page blocks show."""

from typing import Any

from flask_babel import gettext

from app.core.errors import NotFound
from app.core.i18n import day
from app.core.module_settings import module_settings
from app.core.modules import Item
from app.modules.news.addresses import article_path, cover_path
from app.modules.news.listing import Listed, Part, latest_articles
from app.modules.news.queries import find_category, list_categories
from tenants.revisions import RevisionDocument


def articles(settings: dict[str, Any]) -> dict[str, Any]:
    """The latest articles of all categories but notices, or of one category; none where that category is gone."""
    limit = settings["limit"] or module_settings("news")["articles_on_home"]
    slug = settings["category"]
    if not slug:
        return _shown(latest_articles(Part(notices=False), limit), "/news/")
    try:
        category = find_category(slug)
    except NotFound:
        return _shown([], "/news/")
    return _shown(latest_articles(Part(category_id=category.id), limit), f"/news/category/{slug}")


def category_choices(_document: RevisionDocument) -> list[tuple[str, str]]:
    """What the articles block may be confined to: a category of the zone by its slug, or nothing."""
    return [("", gettext("All but notices")), *((row.slug, row.name) for row in list_categories())]


def notices(settings: dict[str, Any]) -> dict[str, Any]:
    """The latest articles of notice categories."""
    return _shown(latest_articles(Part(notices=True), settings["limit"]), "/news/")


def _shown(rows: list[Listed], href: str) -> dict[str, Any]:
    return {"href": href, "items": [_item(row) for row in rows]}


def _item(row: Listed) -> Item:
    return Item(
        row.title,
        article_path(row.id),
        image=cover_path(row.id, row.cover_file_id, row.origin),
        summary=row.summary,
        category=row.origin or row.category,
        at=day(row.publish_at)[5:],
    )
