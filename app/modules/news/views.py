"""Member pages: the list, an article, pictures of shared articles."""

from typing import Any
from uuid import UUID

from flask import request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.downloads import AN_HOUR, picture
from app.core.pages.marks import cached_page
from app.core.places import member_pages
from app.core.platform import platform
from app.core.theming import render
from app.modules.news.addresses import article_path, cover_path
from app.modules.news.assets import STATIC, news_asset
from app.modules.news.body import with_narrow_pictures
from app.modules.news.listing import EVERYTHING, Part, Position, find_neighbours, list_articles
from app.modules.news.pictures import read_shared_picture
from app.modules.news.queries import find_article, find_category, has_shared_articles, list_categories
from tenants.context import current_zone

blueprint = member_pages("news", __name__)
FOREVER = "public, max-age=31536000, immutable"


@blueprint.get("/")
@public
@cached_page("after")
def index() -> ResponseReturnValue:
    return _list(EVERYTHING, url_for(".index"))


@blueprint.get("/category/<slug>")
@public
@cached_page("after")
def category(slug: str) -> ResponseReturnValue:
    found = find_category(slug)
    return _list(Part(category_id=found.id), url_for(".category", slug=slug), found.name)


@blueprint.get("/city")
@public
@cached_page("after")
def shared() -> ResponseReturnValue:
    return _list(Part(shared_only=True), url_for(".shared"))


@blueprint.get("/<uuid:article_id>")
@public
@cached_page()
def article(article_id: UUID) -> ResponseReturnValue:
    found = find_article(article_id)
    newer, older = find_neighbours(found)
    return render("news/article.html", article=found, newer=newer, older=older, **page_words(found))


@blueprint.get("/<uuid:article_id>/pictures/<uuid:file_id>")
@public
def shared_picture(article_id: UUID, file_id: UUID) -> ResponseReturnValue:
    width = request.args.get("width", 0, int)
    stored, data = read_shared_picture(article_id, file_id, width)
    return picture(stored, data, width, caching=AN_HOUR)


@blueprint.get("/static/<path:name>")
@public
def static_file(name: str) -> ResponseReturnValue:
    response = send_from_directory(STATIC, name)
    response.headers["Cache-Control"] = FOREVER
    return response


def page_words(found: Any) -> dict[str, Any]:
    """What the article's page needs besides its text; the console's preview shows the same page."""
    zone = current_zone()
    cover = cover_path(found.id, found.cover_file_id, found.origin)
    return {
        "cover": cover,
        "share_url": platform().url(zone.host, article_path(found.id)),
        "share_image": platform().url(zone.host, cover) if cover else "",
        "news_asset": news_asset,
        "article_path": article_path,
        "with_narrow_pictures": with_narrow_pictures,
    }


def _list(part: Part, here: str, heading: str = "") -> str:
    after = request.args.get("after")
    page = list_articles(part, after=Position.parse(after) if after else None)
    return render(
        "news/index.html",
        articles=page.items,
        next_href=f"{here}?after={page.next}" if page.next else "",
        categories=list_categories(with_articles=True),
        shows_city=part.shared_only or has_shared_articles(),
        here=here,
        heading=heading,
        is_first=after is None,
        article_path=article_path,
        cover_path=cover_path,
        news_asset=news_asset,
    )
