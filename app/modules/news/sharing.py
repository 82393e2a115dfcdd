"""The city's articles in other zones: the city's own zone shares, each zone below may hide.

A shared article lives as a copy in `news_shared_articles`, which belongs to no zone. The copy is there exactly while
the article is public and shared, so withdrawing removes it everywhere at once.
"""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.errors import NotFound
from app.core.pages.content import touch_content, touch_shared_content
from app.modules.news.body import file_ids, with_shared_pictures
from app.modules.news.desk import get_article
from app.modules.news.errors import NotTheCity, WrongState
from app.modules.news.models import (
    PUBLIC_STATES,
    Article,
    ArticlePicture,
    Category,
    HiddenShare,
    SharedArticle,
)
from app.modules.news.queries import is_city_zone
from app.modules.news.rights import PUBLISH, SHARE, require
from tenants.context import Actor, current_zone
from tenants.database import db


def share_down(actor: Actor, article_id: UUID, shared: bool = True) -> Article:
    """Share a public article with the zones below, or stop. Raises `NotTheCity`, `WrongState`."""
    require(actor, SHARE)
    if not is_city_zone(current_zone()):
        raise NotTheCity
    article = get_article(article_id, lock=True)
    if shared and article.state not in PUBLIC_STATES:
        raise WrongState
    article.shared_down = shared
    db.session.flush()
    show_change(article)
    record("news.share" if shared else "news.unshare", object_type="news_article", object_id=article.id)
    return article


def show_change(article: Article) -> None:
    """Make the change of an article seen: in the zone's pages, and by its shared copy in those of other zones."""
    touch_content()
    if is_city_zone(current_zone()):
        renew_copy(article)


def renew_copy(article: Article) -> None:
    """Bring the shared copy in line with the article: the same text while it is shared, none otherwise."""
    if not article.shared_down:
        gone = delete(SharedArticle).where(SharedArticle.id == article.id).returning(SharedArticle.id)
        if db.session.execute(gone).first() is not None:
            touch_shared_content()
        return
    touch_shared_content()
    values = _copied(article)
    changed = {name: value for name, value in values.items() if name != "id"}
    copy = insert(SharedArticle).values(values).on_conflict_do_update(index_elements=["id"], set_=changed)
    db.session.execute(copy)


def hide_share(actor: Actor, shared_id: UUID, hidden: bool = True) -> None:
    """Leave a shared article out of this zone's lists and pages, or show it again. Raises `NotFound`."""
    require(actor, PUBLISH)
    if hidden:
        _check_is_shared(shared_id)
        hide = insert(HiddenShare).values(zone_id=current_zone().id, id=shared_id, hidden_by=actor.account_id)
        db.session.execute(hide.on_conflict_do_nothing())
    else:
        db.session.execute(delete(HiddenShare).where(HiddenShare.id == shared_id))
    touch_content()
    record("news.hide_share" if hidden else "news.show_share", object_type="news_shared_article", object_id=shared_id)


def _check_is_shared(shared_id: UUID) -> None:
    visible = select(SharedArticle.id).where(
        SharedArticle.id == shared_id,
        SharedArticle.origin_zone_id != current_zone().id,
        SharedArticle.publish_at <= func.now(),
    )
    if db.session.execute(visible).first() is None:
        raise NotFound


def _copied(article: Article) -> dict[str, object]:
    category = db.session.execute(
        select(Category.name, Category.is_notice).where(Category.id == article.category_id)
    ).one_or_none()
    zone = current_zone()
    return {
        "id": article.id,
        "origin_zone_id": zone.id,
        "origin_union_path": zone.union_path,
        "title": article.title,
        "summary": article.summary,
        "body_html": with_shared_pictures(article.body_html, article.id),
        "cover_file_id": article.cover_file_id,
        "category_name": category.name if category else "",
        "is_notice": bool(category and category.is_notice),
        "source": article.source,
        "author": article.author,
        "publish_at": article.publish_at,
        "file_ids": _shown_files(article),
    }


def _shown_files(article: Article) -> list[UUID]:
    """The cover, and the pictures of the text that were uploaded for news."""
    linked = select(ArticlePicture.file_id).where(
        ArticlePicture.article_id == article.id, ArticlePicture.file_id.in_(file_ids(article.body_html))
    )
    shown = set(db.session.execute(linked).scalars())
    return sorted(shown | ({article.cover_file_id} if article.cover_file_id else set()))
