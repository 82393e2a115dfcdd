"""Writing and publishing; `actor` must hold the permission, else `Forbidden` is raised.

draft ──publish──▶ published ──withdraw──▶ withdrawn ──publish / schedule──▶ …
  └──schedule──▶ scheduled ──publish, or its time──▶ published;  withdraw ──▶ draft
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import CHINA, now
from app.core.errors import DomainError, InvalidInput
from app.core.files import StoredFile
from app.core.pages.content import touch_content, touch_shared_content
from app.core.rich_text import is_empty
from app.core.seen import require_seen
from app.modules.news import sharing
from app.modules.news.body import file_ids, to_html
from app.modules.news.desk import get_article
from app.modules.news.errors import AlreadyWritten, NeedsPublisher, NothingToPublish, WrongState
from app.modules.news.models import PUBLIC_STATES, Article, ArticlePicture, Category, State
from app.modules.news.rights import PUBLISH, WRITE, require
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

PICTURE = "news.picture"


@dataclass(frozen=True, slots=True)
class Content:
    """What a writer writes. `body` is HTML or Markdown (see `body.to_html`)."""

    title: str
    summary: str = ""
    body: str = ""
    category_id: UUID | None = None
    cover_file_id: UUID | None = None
    source: str = ""
    author: str = ""


def write_article(actor: Actor, content: Content, *, article_id: UUID | None = None) -> UUID:
    """A new draft; the same written twice under one id is one draft. Raises `InvalidInput`, and `AlreadyWritten` when
    another text stands under the id."""
    require(actor, WRITE)
    article_id = article_id or uuid7()
    _check(content)
    values = {**_columns(content), "zone_id": current_zone().id, "id": article_id, "created_by": actor.account_id,
              "updated_by": actor.account_id, "updated_by_name": actor.name}  # fmt: skip
    written = db.session.execute(
        insert(Article).values(values).on_conflict_do_nothing().returning(Article.id)
    ).scalar_one_or_none()
    if written is None:
        _check_same(article_id, content)
        return article_id
    _link_pictures(article_id, values["body_html"])
    record("news.write", object_type="news_article", object_id=article_id)
    return article_id


def _check_same(article_id: UUID, content: Content) -> None:
    """Refuse a text that would be lost, because the id already has another one."""
    saved = get_article(article_id)
    columns = _columns(content)
    if any(getattr(saved, name) != value for name, value in columns.items() if name != "cover_file_id"):
        raise AlreadyWritten(saved.mark, saved)


def edit_article(actor: Actor, article_id: UUID, content: Content, *, seen: str) -> Article:
    """Change the text whose `mark` was seen. Raises `ChangedMeanwhile` when it is no longer the latest, `NeedsPublisher`
    when the article is public and the actor may not publish, `NothingToPublish` when it would become blank."""
    require(actor, WRITE)
    article = get_article(article_id, lock=True)
    is_public = article.state in PUBLIC_STATES
    if is_public and not actor.may(PUBLISH):
        raise NeedsPublisher
    require_seen(seen, article.mark, article)
    _check(content)
    columns = _columns(content)
    if is_public and is_empty(str(columns["body_html"])):
        raise NothingToPublish
    for name, value in columns.items():
        setattr(article, name, value)
    article.version += 1
    article.updated_at, article.updated_by, article.updated_by_name = now(), actor.account_id, actor.name
    db.session.flush()
    _link_pictures(article.id, article.body_html)
    sharing.show_change(article)
    record("news.edit", object_type="news_article", object_id=article.id, state=article.state, version=article.version)
    return article


def publish_article(actor: Actor, article_id: UUID) -> Article:
    """Make an article public now. Publishing a public one changes nothing. Raises `NothingToPublish`."""
    require(actor, PUBLISH)
    article = get_article(article_id, lock=True)
    if article.state == State.PUBLISHED:
        return article
    already_seen = article.state == State.SCHEDULED and article.publish_at is not None and article.publish_at <= now()
    return _make_public(article, State.PUBLISHED, article.publish_at if already_seen else func.now(), "news.publish")


def schedule_article(actor: Actor, article_id: UUID, publish_at: datetime) -> Article:
    """Make an article public at a time to come. Raises `InvalidInput` for one gone by, `WrongState` once public."""
    require(actor, PUBLISH)
    article = get_article(article_id, lock=True)
    if article.state == State.PUBLISHED:
        raise WrongState
    if publish_at <= now():
        raise InvalidInput(_("Choose a time that has not gone by yet."), field="publish_at")
    return _make_public(article, State.SCHEDULED, publish_at, "news.schedule")


def withdraw_article(actor: Actor, article_id: UUID) -> Article:
    """Take an article away from readers, in every zone. One whose time had not come becomes a draft again."""
    require(actor, PUBLISH)
    article = get_article(article_id, lock=True)
    if article.state not in PUBLIC_STATES:
        raise WrongState
    was_seen = article.state == State.PUBLISHED or (article.publish_at is not None and article.publish_at <= now())
    article.state = State.WITHDRAWN if was_seen else State.DRAFT
    article.shared_down, article.pinned_until = False, None
    db.session.flush()
    sharing.show_change(article)
    record("news.withdraw", object_type="news_article", object_id=article.id)
    return article


def pin_article(actor: Actor, article_id: UUID, last_day: date | None) -> Article:
    """Keep an article on top until a day in China has ended, or no longer. Raises `InvalidInput`, `WrongState`."""
    require(actor, PUBLISH)
    article = get_article(article_id, lock=True)
    until = datetime.combine(last_day + timedelta(days=1), time(), CHINA) if last_day else None
    if until is not None and article.state not in PUBLIC_STATES:
        raise WrongState
    if until is not None and until <= now():
        raise InvalidInput(_("Choose a day that has not gone by yet."), field="pinned_until")
    article.pinned_until = until
    touch_content()
    record("news.pin" if until else "news.unpin", object_type="news_article", object_id=article.id)
    return article


def delete_draft(actor: Actor, article_id: UUID) -> None:
    """Remove a draft for good; what was once public is withdrawn instead (`WrongState`)."""
    require(actor, WRITE)
    article = get_article(article_id, lock=True)
    if article.state != State.DRAFT:
        raise WrongState
    db.session.delete(article)
    record("news.delete", object_type="news_article", object_id=article.id)


def publish_due() -> list[UUID]:
    """Mark the scheduled articles whose time has come; each is marked, and noted in the audit trail, exactly once.

    Pins that have ended are taken out too: both change what readers see without anybody writing.
    """
    due = (
        update(Article)
        .where(Article.state == State.SCHEDULED, Article.publish_at <= func.now())
        .values(state=State.PUBLISHED.value)
        .returning(Article.id, Article.shared_down)
    )
    published = db.session.execute(due).all()
    for row in published:
        record("news.publish", object_type="news_article", object_id=row.id, scheduled=True)
    ended = update(Article).where(Article.pinned_until <= func.now()).values(pinned_until=None).returning(Article.id)
    if db.session.execute(ended).all() or published:
        touch_content()
    if any(row.shared_down for row in published):
        touch_shared_content()
    return [row.id for row in published]


def change_many(actor: Actor, action: str, article_ids: Iterable[UUID]) -> tuple[int, int]:
    """Publish or withdraw each article that allows it; how many did and how many did not."""
    change = {"publish": publish_article, "withdraw": withdraw_article}[action]
    done = refused = 0
    for article_id in sorted(set(article_ids)):
        try:
            change(actor, article_id)
            done += 1
        except DomainError:
            refused += 1
    return done, refused


def _make_public(article: Article, state: State, publish_at: Any, action: str) -> Article:
    """`publish_at` is a time or `now()` of the database, whose clock decides what readers see."""
    if is_empty(article.body_html):
        raise NothingToPublish
    article.state, article.publish_at = state, publish_at
    db.session.flush()
    sharing.show_change(article)
    record(action, object_type="news_article", object_id=article.id)
    return article


def _columns(content: Content) -> dict[str, object]:
    same = {field.name: getattr(content, field.name) for field in fields(content) if field.name != "body"}
    return {**same, "body_html": to_html(content.body)}


def _check(content: Content) -> None:
    """The category and the cover must be the zone's own."""
    known = select(Category.id).where(Category.id == content.category_id)
    if content.category_id and db.session.execute(known).first() is None:
        raise InvalidInput(_("Choose a category from the list."), field="category_id")
    if content.cover_file_id and content.cover_file_id not in _pictures({content.cover_file_id}):
        raise InvalidInput(_("Choose the cover picture again."), field="cover")


def _pictures(ids: set[UUID]) -> set[UUID]:
    """Those of the ids that are pictures uploaded for news in this zone."""
    return set(
        db.session.execute(select(StoredFile.id).where(StoredFile.id.in_(ids), StoredFile.purpose == PICTURE)).scalars()
    )


def _link_pictures(article_id: UUID, html: str) -> None:
    """Note which files the text shows: these, and no others, go along when the article is shared."""
    db.session.execute(delete(ArticlePicture).where(ArticlePicture.article_id == article_id))
    db.session.add_all(ArticlePicture(article_id=article_id, file_id=file_id) for file_id in _pictures(file_ids(html)))
    db.session.flush()
