"""Published news for programs: `/api/v1/news`."""

from typing import Any
from uuid import UUID

from app.core.access import public
from app.core.places import api_routes
from app.core.platform import platform
from app.modules.news.addresses import article_path, cover_path
from app.modules.news.listing import EVERYTHING, Part, Position, list_articles
from app.modules.news.queries import find_article, find_category
from app.modules.news.schemas import ArticleListOut, ArticleOut, ListQuery
from tenants.context import current_zone

blueprint = api_routes("news", __name__, "News")


@blueprint.get("")
@public
@blueprint.input(ListQuery, location="query")
@blueprint.output(ArticleListOut)
@blueprint.doc(summary="List published articles", responses={404: "No such category or position"})
def index(query_data: dict[str, Any]) -> dict[str, Any]:
    """The newest first; pinned ones stand before the first page and come on top of `limit`."""
    category, after = query_data["category"], query_data["after"]
    part = Part(category_id=find_category(category).id) if category else EVERYTHING
    page = list_articles(part, after=Position.parse(after) if after else None, limit=query_data["limit"])
    return {"items": [_summary(row) for row in page.items], "next": str(page.next or "")}


@blueprint.get("/<uuid:article_id>")
@public
@blueprint.output(ArticleOut)
@blueprint.doc(summary="Read a published article", responses={404: "No such article here"})
def article(article_id: UUID) -> dict[str, Any]:
    """Drafts, withdrawn articles and those of other zones do not exist here."""
    row = find_article(article_id)
    return {**_summary(row), "body_html": row.body_html, "source": row.source, "author": row.author}


def _summary(row: Any) -> dict[str, Any]:
    cover = cover_path(row.id, row.cover_file_id, row.origin)
    return {
        "id": row.id,
        "title": row.title,
        "summary": row.summary,
        "category": row.category,
        "origin": row.origin,
        "cover_url": _absolute(cover) if cover else None,
        "url": _absolute(article_path(row.id)),
        "publish_at": row.publish_at,
        "is_pinned": row.is_pinned,
    }


def _absolute(path: str) -> str:
    return platform().url(current_zone().host, path)
