"""The list readers see: the zone's own public articles, and those the city shares with it, as one.

The newest come first; `(publish_at, id)` is the position in the list. Pinned articles stand before the first page and
nowhere else. Each list is one statement, built once for each shape it can take.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Integer,
    Uuid,
    bindparam,
    false,
    func,
    select,
    tuple_,
    union_all,
)  # fmt: skip

from app.core.errors import NotFound
from app.modules.news.queries import (
    ARTICLE,
    CATEGORY,
    IS_PINNED,
    IS_PUBLIC,
    SHARED,
    Columns,
    Statement,
    accepts_shared,
    own_articles,
    shared_articles,
)  # fmt: skip
from tenants.database import db

MOST_PINNED = 5
PAGES = ("first", "after")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


class Listed(NamedTuple):
    """An article as lists show it: the columns of `own_articles`, in their order. `origin` names who shares it, if not the zone."""

    id: UUID
    title: str
    summary: str
    cover_file_id: UUID | None
    publish_at: datetime
    state: str
    category: str
    category_slug: str | None
    origin: str
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Articles in order and the position after the last, or None at the end."""

    items: list[Listed]
    next: Position | None


EVERYTHING = Part()


def list_articles(part: Part = EVERYTHING, *, after: Position | None = None, limit: int = 20) -> Page:
    """A page of the list; the first one has the pinned articles before it, not counted in `limit`."""
    rows = _rows(part, "after" if after else "first", after, limit + 1)
    pinned = [row for row in rows if row.is_pinned]
    others = rows[len(pinned) :]
    shown = others[:limit]
    is_last = len(others) <= limit
    return Page([*pinned, *shown], None if is_last else Position(shown[-1].publish_at, shown[-1].id))


def latest_articles(part: Part, limit: int) -> list[Listed]:
    """The `limit` articles a home page shows, pinned ones first."""
    return _rows(part, "first", None, limit)[:limit]


def find_neighbours(article: Columns) -> tuple[Listed | None, Listed | None]:
    """The next newer and the next older article of the whole list."""
    here = Position(article.publish_at, article.id)
    newer, older = _rows(EVERYTHING, "newer", here, 1), _rows(EVERYTHING, "older", here, 1)
    return (newer[0] if newer else None), (older[0] if older else None)


def _rows(part: Part, stretch: str, position: Position | None, number: int) -> list[Listed]:
    """The first `number` rows of a stretch, and before them, on the first page, the pinned ones."""
    with_shared = part.category_id is None and accepts_shared()
    if part.shared_only and not with_shared:
        return []
    statement = _statement(
        stretch, part.notices, in_category=part.category_id is not None, own=not part.shared_only, shared=with_shared
    )
    parameters: dict[str, Any] = {"number": number, "most": number + (MOST_PINNED if stretch == "first" else 0)}
    if part.category_id is not None:
        parameters["category_id"] = part.category_id
    if position is not None:
        parameters |= {"position_at": position.publish_at, "position_id": position.id}
    return list(map(Listed._make, db.session.execute(statement, parameters)))


@lru_cache(maxsize=128)
def _statement(stretch: str, notices: bool | None, *, in_category: bool, own: bool, shared: bool) -> Statement:
    """Both sources, each cut to what the page can need of it, merged.

    Stretches: the `first` page; what comes `after` a position in pages; all that is `newer` or `older` than one.
    """
    sources: list[Statement] = []
    if own:
        articles = _own(notices, in_category)
        if stretch == "first":
            pinned = articles.where(ARTICLE.pinned_until > func.now())
            sources.append(pinned.order_by(*_in_order(ARTICLE)).limit(MOST_PINNED))
        sources.append(_cut(articles.where(~IS_PINNED) if stretch in PAGES else articles, ARTICLE, stretch))
    if shared:
        sources.append(_cut(_shared(notices), SHARED, stretch))
    merged = union_all(*sources).subquery("list")
    return select(merged).order_by(merged.c.is_pinned.desc(), *_in_order(merged.c, stretch)).limit(_number("most"))


def _own(notices: bool | None, in_category: bool) -> Statement:
    articles = own_articles().where(IS_PUBLIC)
    if in_category:
        articles = articles.where(ARTICLE.category_id == bindparam("category_id", type_=Uuid()))
    if notices is not None:
        articles = articles.where(func.coalesce(CATEGORY.is_notice, false()).is_(notices))
    return articles


def _shared(notices: bool | None) -> Statement:
    articles = shared_articles()
    return articles if notices is None else articles.where(SHARED.is_notice.is_(notices))


def _cut(articles: Statement, table: Any, stretch: str) -> Statement:
    """The first rows of a stretch."""
    key = tuple_(table.publish_at, table.id)
    position = tuple_(bindparam("position_at", type_=DateTime(timezone=True)), bindparam("position_id", type_=Uuid()))
    if stretch == "newer":
        articles = articles.where(key > position)
    elif stretch != "first":
        articles = articles.where(key < position)
    return articles.order_by(*_in_order(table, stretch)).limit(_number("number"))


def _in_order(table: Any, stretch: str = "") -> tuple[ColumnElement[Any], ...]:
    """The newest first, but towards the newer ones."""
    return (table.publish_at, table.id) if stretch == "newer" else (table.publish_at.desc(), table.id.desc())


def _number(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer())
