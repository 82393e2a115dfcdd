"""Single articles, pictures and categories that readers may see; `listing` has the list."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, false, func, literal_column, null, select

from app.core.errors import NotFound
from app.core.module_settings import module_settings
from app.modules.news.models import PUBLIC_STATES, Article, Category, HiddenShare, SharedArticle
from tenants.context import ZoneFacts, ZoneState, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import is_root

# Plain columns of the tables: rows for a page need no mapped objects, and cost half as much without them.
ARTICLE, CATEGORY, SHARED, HIDDEN = (
    table.__table__.c for table in (Article, Category, SharedArticle, HiddenShare)
)  # fmt: skip
Columns = Row[*tuple[Any, ...]]
Statement = Select[*tuple[Any, ...]]


def _written(words: str) -> ColumnElement[str]:
    """A constant of ours as part of the SQL: a partial index is not matched by a parameter, and each one costs time."""
    return literal_column(f"'{words}'", Text())


EMPTY = _written("")
IS_PUBLIC = and_(
    ARTICLE.state.in_([_written(state.value) for state in PUBLIC_STATES]), ARTICLE.publish_at <= func.now()
)
IS_OPEN = Zone.__table__.c.state.in_([_written(state.value) for state in ZoneState if state.is_open])
IS_PINNED = func.coalesce(ARTICLE.pinned_until > func.now(), false())
ARTICLE_TEXT = (ARTICLE.body_html, ARTICLE.source, ARTICLE.author)


def find_article(article_id: UUID) -> Columns:
    """A public article with its text; raises `NotFound` for drafts, withdrawn and foreign ones."""
    own = own_articles().where(IS_PUBLIC, ARTICLE.id == article_id).add_columns(*ARTICLE_TEXT)
    row = db.session.execute(own).one_or_none()
    if row is None and accepts_shared():
        shared_text = (SHARED.body_html, SHARED.source, SHARED.author)
        shared = shared_articles().where(SHARED.id == article_id).add_columns(*shared_text)
        row = db.session.execute(shared).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_categories(*, with_articles: bool = False) -> list[Columns]:
    """The zone's categories in their order: all, or those in which readers find something."""
    statement = select(CATEGORY.id, CATEGORY.name, CATEGORY.slug, CATEGORY.is_notice)
    if with_articles:
        has_some = select(ARTICLE.id).where(
            ARTICLE.zone_id == CATEGORY.zone_id, ARTICLE.category_id == CATEGORY.id, IS_PUBLIC
        )
        statement = statement.where(has_some.exists())
    return list(db.session.execute(statement.order_by(CATEGORY.position, CATEGORY.id)))


def find_category(slug: str) -> Columns:
    row = db.session.execute(
        select(CATEGORY.id, CATEGORY.name, CATEGORY.slug).where(CATEGORY.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def has_shared_articles() -> bool:
    """Whether the list holds anything from the city."""
    return accepts_shared() and db.session.execute(shared_articles().limit(1)).first() is not None


def find_picture_origin(article_id: UUID, file_id: UUID) -> UUID:
    """The zone whose file a shared article shows; raises `NotFound` for an article or file this zone may not see."""
    row = None
    if accepts_shared():
        shown = shared_articles().add_columns(SHARED.origin_zone_id, SHARED.file_ids)
        row = db.session.execute(shown.where(SHARED.id == article_id)).one_or_none()
    if row is None or file_id not in row.file_ids:
        raise NotFound
    return row.origin_zone_id


def accepts_shared() -> bool:
    """Whether the running zone shows what the city shares."""
    return not is_city_zone(current_zone()) and bool(module_settings("news")["accept_city_articles"])


def is_city_zone(zone: ZoneFacts) -> bool:
    """Whether the zone is the city's own: the one of the root union."""
    return is_root(zone.union_path)


def own_articles() -> Statement:
    """The zone's own articles in every state, with the columns lists and pages show."""
    return select(
        ARTICLE.id, ARTICLE.title, ARTICLE.summary, ARTICLE.cover_file_id, ARTICLE.publish_at, ARTICLE.state,
        func.coalesce(CATEGORY.name, EMPTY).label("category"), CATEGORY.slug.label("category_slug"),
        EMPTY.label("origin"), IS_PINNED.label("is_pinned"),
    ).select_from(Article.__table__).outerjoin(Category.__table__, and_(CATEGORY.zone_id == ARTICLE.zone_id, CATEGORY.id == ARTICLE.category_id))  # fmt: skip


def shared_articles() -> Statement:
    """What the city shares with this zone and the zone has not hidden, with the same columns."""
    hidden = select(HIDDEN.id).where(HIDDEN.id == SHARED.id).exists()
    return (
        select(
            SHARED.id, SHARED.title, SHARED.summary, SHARED.cover_file_id,
            SHARED.publish_at, _written("published").label("state"), SHARED.category_name.label("category"),
            null().label("category_slug"), Zone.__table__.c.name.label("origin"), false().label("is_pinned"),
        )
        .select_from(SharedArticle.__table__)
        .join(Zone.__table__, Zone.__table__.c.id == SHARED.origin_zone_id)
        .where(~hidden, SHARED.publish_at <= func.now(), IS_OPEN)
    )  # fmt: skip
