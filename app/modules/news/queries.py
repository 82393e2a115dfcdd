"""What readers may see: the zone's own public articles, and those the city shares with it, as one list.

The newest come first; `(publish_at, id)` is the position in the list. Pinned articles stand before the first page and
nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, literal, null, select, tuple_

from app.core.errors import NotFound
from app.modules.news.models import PUBLIC_STATES, Article, Category, HiddenShare, SharedArticle
from app.modules.news.settings import news_settings
from tenants.context import ZoneFacts, ZoneState, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import ancestors

Columns = Row[*tuple[Any, ...]]
Statement = Select[*tuple[Any, ...]]
MOST_PINNED = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPEN_STATES = [state.value for state in ZoneState if state.is_open]
# Written into the SQL, since a partial index is not matched by a parameter.
_states = bindparam("public_states", [state.value for state in PUBLIC_STATES], expanding=True, literal_execute=True)
IS_PUBLIC = and_(Article.state.in_(_states), Article.publish_at <= func.now())
IS_PINNED = func.coalesce(Article.pinned_until > func.now(), false())


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the list, as text in addresses: microseconds since 1970 and the id."""

    publish_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.publish_at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Raises `NotFound` for what is no position."""
        micros, _, hex_id = text.partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), UUID(hex_id))
        except (ValueError, OverflowError):
            raise NotFound from None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the list: all, a category's, the notices, everything but notices, or what the city shares."""

    category_id: UUID | None = None
    notices: bool | None = None
    shared_only: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Articles in order and the position after the last, or None at the end."""

    items: list[Columns]
    next: Position | None


EVERYTHING = Part()
ARTICLE_TEXT = (Article.body_html, Article.source, Article.author)


def list_articles(part: Part = EVERYTHING, *, after: Position | None = None, limit: int = 20) -> Page:
    """A page of the list; the first one has the pinned articles before it, not counted in `limit`."""
    found = _stream(part, limit + 1, after)
    pinned = (
        []
        if after or part.shared_only
        else _rows(_own(part).where(Article.pinned_until > func.now()).limit(MOST_PINNED))
    )
    rows = found[:limit]
    is_last = len(found) <= limit
    return Page([*pinned, *rows], None if is_last else Position(rows[-1].publish_at, rows[-1].id))


def latest_articles(part: Part, limit: int) -> list[Columns]:
    """The `limit` articles a home page shows, pinned ones first."""
    return list_articles(part, limit=limit).items[:limit]


def find_article(article_id: UUID) -> Columns:
    """A public article with its text; raises `NotFound` for drafts, withdrawn and foreign ones."""
    row = db.session.execute(_own(EVERYTHING).add_columns(*ARTICLE_TEXT).where(Article.id == article_id)).one_or_none()
    if row is None and _accepts_shared():
        shared_text = (SharedArticle.body_html, SharedArticle.source, SharedArticle.author)
        shared = _shared(EVERYTHING).add_columns(*shared_text).where(SharedArticle.id == article_id)
        row = db.session.execute(shared).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_neighbours(article: Columns) -> tuple[Columns | None, Columns | None]:
    """The next newer and the next older article of the whole list."""
    position = Position(article.publish_at, article.id)
    newer = _merged(EVERYTHING, 1, lambda columns: _key(columns) > _key_of(position), newest_first=False)
    older = _merged(EVERYTHING, 1, lambda columns: _key(columns) < _key_of(position))
    return (newer[0] if newer else None), (older[0] if older else None)


def list_categories(*, with_articles: bool = False) -> list[Columns]:
    """The zone's categories in their order: all, or those in which readers find something."""
    statement = select(Category.id, Category.name, Category.slug, Category.is_notice)
    if with_articles:
        has_some = select(Article.id).where(
            Article.zone_id == Category.zone_id, Article.category_id == Category.id, IS_PUBLIC
        )
        statement = statement.where(has_some.exists())
    return _rows(statement.order_by(Category.position, Category.id))


def find_category(slug: str) -> Columns:
    row = db.session.execute(
        select(Category.id, Category.name, Category.slug).where(Category.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def has_shared_articles() -> bool:
    """Whether the list holds anything from the city."""
    return _accepts_shared() and bool(_rows(_shared(EVERYTHING).limit(1)))


def find_picture_origin(article_id: UUID, file_id: UUID) -> UUID:
    """The zone whose file a shared article shows; raises `NotFound` for an article or file this zone may not see."""
    row = None
    if _accepts_shared():
        shown = _shared(EVERYTHING).add_columns(SharedArticle.origin_zone_id, SharedArticle.file_ids)
        row = db.session.execute(shown.where(SharedArticle.id == article_id)).one_or_none()
    if row is None or file_id not in row.file_ids:
        raise NotFound
    return row.origin_zone_id


def _accepts_shared() -> bool:
    return not is_city_zone(current_zone()) and bool(news_settings()["accept_city_articles"])


def is_city_zone(zone: ZoneFacts) -> bool:
    """Whether the zone is the city's own: the one of the root union."""
    return len(ancestors(zone.union_path)) == 1


def _stream(part: Part, limit: int, after: Position | None) -> list[Columns]:
    """Unpinned and shared articles after a position."""
    return _merged(part, limit, lambda columns: _key(columns) < _key_of(after) if after else None, pinned=False)


def _merged(part: Part, limit: int, where: Any, *, newest_first: bool = True, pinned: bool = True) -> list[Columns]:
    """The first `limit` rows of both sources together."""
    rows: list[Columns] = []
    if not part.shared_only:
        own = _own(part) if pinned else _own(part).where(~IS_PINNED)
        rows += _rows(_cut(own, Article, where, limit, newest_first))
    if part.category_id is None and _accepts_shared():
        rows += _rows(_cut(_shared(part), SharedArticle, where, limit, newest_first))
    return sorted(rows, key=lambda row: (row.publish_at, row.id), reverse=newest_first)[:limit]


def _cut(statement: Statement, table: Any, where: Any, limit: int, newest_first: bool) -> Statement:
    condition = where(table)
    if condition is not None:
        statement = statement.where(condition)
    if not newest_first:
        statement = statement.order_by(None).order_by(table.publish_at, table.id)
    return statement.limit(limit)


def _key(table: Any) -> ColumnElement[Any]:
    return tuple_(table.publish_at, table.id)


def _key_of(position: Position) -> ColumnElement[Any]:
    return tuple_(literal(position.publish_at), literal(position.id))


def own_articles() -> Statement:
    """The zone's own articles in every state, with the columns lists and pages show."""
    return select(
        Article.id, Article.title, Article.summary, Article.cover_file_id, Article.publish_at, Article.state,
        func.coalesce(Category.name, "").label("category"), Category.slug.label("category_slug"),
        literal("").label("origin"), IS_PINNED.label("is_pinned"),
    ).outerjoin(Category, and_(Category.zone_id == Article.zone_id, Category.id == Article.category_id))  # fmt: skip


def _own(part: Part) -> Statement:
    """The zone's own public articles, newest first."""
    statement = own_articles().where(IS_PUBLIC).order_by(Article.publish_at.desc(), Article.id.desc())
    if part.category_id is not None:
        statement = statement.where(Article.category_id == part.category_id)
    if part.notices is not None:
        statement = statement.where(func.coalesce(Category.is_notice, false()) == part.notices)
    return statement


def _shared(part: Part) -> Statement:
    """What the city shares with this zone and the zone has not hidden, newest first."""
    hidden = select(HiddenShare.id).where(HiddenShare.id == SharedArticle.id).exists()
    statement = (
        select(
            SharedArticle.id, SharedArticle.title, SharedArticle.summary, SharedArticle.cover_file_id,
            SharedArticle.publish_at, SharedArticle.category_name.label("category"), null().label("category_slug"),
            Zone.name.label("origin"), false().label("is_pinned"),
        )
        .join(Zone, Zone.id == SharedArticle.origin_zone_id)
        .where(~hidden, SharedArticle.publish_at <= func.now(), Zone.state.in_(OPEN_STATES))
        .order_by(SharedArticle.publish_at.desc(), SharedArticle.id.desc())
    )  # fmt: skip
    if part.notices is not None:
        statement = statement.where(SharedArticle.is_notice == part.notices)
    return statement


def _rows(statement: Statement) -> list[Columns]:
    rows: Iterable[Columns] = db.session.execute(statement).all()
    return list(rows)
