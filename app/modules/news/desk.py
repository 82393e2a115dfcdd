"""What staff see of the zone's articles, in every state."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from app.core.errors import NotFound
from app.modules.news.models import Article, Category, HiddenShare, SharedArticle, State
from app.modules.news.queries import ARTICLE_TEXT, IS_PINNED, IS_PUBLIC, Columns, Statement, own_articles
from tenants.context import current_zone
from tenants.database import db
from tenants.models import Zone

PAGE = 30
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Filter:
    """What staff ask for; `title` is how titles begin, `before` the last id of the page before."""

    state: str = ""
    category_id: UUID | None = None
    title: str = ""
    before: UUID | None = None


def list_for_staff(wanted: Filter) -> tuple[Sequence[Columns], UUID | None]:
    """A page of articles, the newest first, and the id to go on from (None at the end)."""
    statement = _articles().order_by(Article.id.desc()).limit(PAGE + 1)
    if wanted.state:
        statement = statement.where(Article.state == wanted.state)
    if wanted.category_id:
        statement = statement.where(Article.category_id == wanted.category_id)
    if wanted.title:
        # A range, since LIKE never reaches an index under row-level security.
        statement = statement.where(Article.title >= wanted.title, Article.title <= wanted.title + LAST_CHARACTER)
    if wanted.before:
        statement = statement.where(Article.id < wanted.before)
    rows = db.session.execute(statement).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _articles() -> Statement:
    return select(
        Article.id, Article.title, Article.state, Article.publish_at, Article.updated_at, Article.updated_by_name,
        Article.shared_down, Category.name.label("category"), IS_PINNED.label("is_pinned"),
        IS_PUBLIC.label("is_public"),
    ).outerjoin(Category, and_(Category.zone_id == Article.zone_id, Category.id == Article.category_id))  # fmt: skip


def count_by_state() -> dict[str, int]:
    rows = db.session.execute(select(Article.state, func.count()).group_by(Article.state)).all()
    return {state.value: 0 for state in State} | dict(rows)


def count_published() -> int:
    return db.session.execute(select(func.count()).select_from(Article).where(IS_PUBLIC)).scalar_one()


def count_drafts() -> int:
    drafts = select(func.count()).select_from(Article).where(Article.state == State.DRAFT)
    return db.session.execute(drafts).scalar_one()


def get_article(article_id: UUID, *, lock: bool = False) -> Article:
    """The article in whatever state; raises `NotFound`."""
    article = db.session.get(Article, (current_zone().id, article_id), with_for_update=lock, populate_existing=lock)
    if article is None:
        raise NotFound
    return article


def find_for_preview(article_id: UUID) -> Columns:
    """The article in whatever state, as the row its page is made from; raises `NotFound`."""
    row = db.session.execute(own_articles().add_columns(*ARTICLE_TEXT).where(Article.id == article_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_shared_for_staff(before: UUID | None = None) -> tuple[Sequence[Columns], UUID | None]:
    """What the city shares with this zone, hidden ones included, the newest first."""
    hidden = select(HiddenShare.id).where(HiddenShare.id == SharedArticle.id).exists()
    statement = (
        select(
            SharedArticle.id,
            SharedArticle.title,
            SharedArticle.publish_at,
            Zone.name.label("origin"),
            hidden.label("is_hidden"),
        )
        .join(Zone, Zone.id == SharedArticle.origin_zone_id)
        .where(SharedArticle.origin_zone_id != current_zone().id, SharedArticle.publish_at <= func.now())
        .order_by(SharedArticle.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if before:
        statement = statement.where(SharedArticle.id < before)
    rows = db.session.execute(statement).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
