"""Single articles, pictures and categories that readers may see; `listing` has the list."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, false, func, literal, null, select

from app.core.errors import NotFound
from app.core.module_settings import module_settings
from app.modules.news.models import PUBLIC_STATES, Article, Category, HiddenShare, SharedArticle
from tenants.context import ZoneFacts, ZoneState, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import ancestors

Columns = Row[*tuple[Any, ...]]
Statement = Select[*tuple[Any, ...]]
OPEN_STATES = [state.value for state in ZoneState if state.is_open]
# Written into the SQL, since a partial index is not matched by a parameter.
_states = bindparam("public_states", [state.value for state in PUBLIC_STATES], expanding=True, literal_execute=True)
IS_PUBLIC = and_(Article.state.in_(_states), Article.publish_at <= func.now())
IS_PINNED = func.coalesce(Article.pinned_until > func.now(), false())
ARTICLE_TEXT = (Article.body_html, Article.source, Article.author)


def find_article(article_id: UUID) -> Columns:
    """A public article with its text; raises `NotFound` for drafts, withdrawn and foreign ones."""
    own = own_articles().where(IS_PUBLIC, Article.id == article_id).add_columns(*ARTICLE_TEXT)
    row = db.session.execute(own).one_or_none()
    if row is None and accepts_shared():
        shared_text = (SharedArticle.body_html, SharedArticle.source, SharedArticle.author)
        shared = shared_articles().where(SharedArticle.id == article_id).add_columns(*shared_text)
        row = db.session.execute(shared).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_categories(*, with_articles: bool = False) -> list[Columns]:
    """The zone's categories in their order: all, or those in which readers find something."""
    statement = select(Category.id, Category.name, Category.slug, Category.is_notice)
    if with_articles:
        has_some = select(Article.id).where(
            Article.zone_id == Category.zone_id, Article.category_id == Category.id, IS_PUBLIC
        )
        statement = statement.where(has_some.exists())
    return list(db.session.execute(statement.order_by(Category.position, Category.id)))


def find_category(slug: str) -> Columns:
    row = db.session.execute(
        select(Category.id, Category.name, Category.slug).where(Category.slug == slug)
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
        shown = shared_articles().add_columns(SharedArticle.origin_zone_id, SharedArticle.file_ids)
        row = db.session.execute(shown.where(SharedArticle.id == article_id)).one_or_none()
    if row is None or file_id not in row.file_ids:
        raise NotFound
    return row.origin_zone_id


def accepts_shared() -> bool:
    """Whether the running zone shows what the city shares."""
    return not is_city_zone(current_zone()) and bool(module_settings("news")["accept_city_articles"])


def is_city_zone(zone: ZoneFacts) -> bool:
    """Whether the zone is the city's own: the one of the root union."""
    return len(ancestors(zone.union_path)) == 1


def own_articles() -> Statement:
    """The zone's own articles in every state, with the columns lists and pages show."""
    return select(
        Article.id, Article.title, Article.summary, Article.cover_file_id, Article.publish_at, Article.state,
        func.coalesce(Category.name, "").label("category"), Category.slug.label("category_slug"),
        literal("").label("origin"), IS_PINNED.label("is_pinned"),
    ).outerjoin(Category, and_(Category.zone_id == Article.zone_id, Category.id == Article.category_id))  # fmt: skip


def shared_articles() -> Statement:
    """What the city shares with this zone and the zone has not hidden, with the same columns."""
    hidden = select(HiddenShare.id).where(HiddenShare.id == SharedArticle.id).exists()
    return (
        select(
            SharedArticle.id, SharedArticle.title, SharedArticle.summary, SharedArticle.cover_file_id,
            SharedArticle.publish_at, literal("published").label("state"), SharedArticle.category_name.label("category"),
            null().label("category_slug"), Zone.name.label("origin"), false().label("is_pinned"),
        )
        .join(Zone, Zone.id == SharedArticle.origin_zone_id)
        .where(~hidden, SharedArticle.publish_at <= func.now(), Zone.state.in_(OPEN_STATES))
    )  # fmt: skip
