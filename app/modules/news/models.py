"""Articles, their categories and pictures, and the copies the city shares with the zones below it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db
from tenants.models import PathText

LONGEST_TITLE = 120
LONGEST_SUMMARY = 300
LONGEST_BODY = 200_000
LONGEST_CREDIT = 60
LONGEST_CATEGORY = 20


class State(StrEnum):
    """Life of an article. A scheduled article is public from its time on, whether or not a worker has noticed."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


PUBLIC_STATES = (State.SCHEDULED, State.PUBLISHED)


class Category(ZoneScoped, db.Model):
    """A heading of the zone's own (栏目). Articles of a notice category appear in the notices block."""

    __tablename__ = "news_categories"
    __table_args__ = (
        UniqueConstraint("zone_id", "slug"),
        UniqueConstraint("zone_id", "name"),
        CheckConstraint(f"name <> '' AND char_length(name) <= {LONGEST_CATEGORY}", name="name"),
    )

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(PathText)
    position: Mapped[int] = mapped_column(default=0)
    is_notice: Mapped[bool] = mapped_column(default=False)


class Article(ZoneScoped, db.Model):
    """An article of a zone (文章). `version` rises with every change of its text; readers see it from `publish_at`."""

    __tablename__ = "news_articles"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "category_id"], ["news_categories.zone_id", "news_categories.id"]),
        ForeignKeyConstraint(["zone_id", "cover_file_id"], ["files.zone_id", "files.id"]),
        CheckConstraint(f"title <> '' AND char_length(title) <= {LONGEST_TITLE}", name="title"),
        CheckConstraint("state IN ('draft', 'scheduled', 'published', 'withdrawn')", name="state"),
        CheckConstraint("state = 'draft' OR publish_at IS NOT NULL", name="publish_at"),
        CheckConstraint("NOT shared_down OR state IN ('scheduled', 'published')", name="shared_down"),
    )

    category_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(PathText)
    summary: Mapped[str] = mapped_column(default="")
    body_html: Mapped[str] = mapped_column(default="")
    cover_file_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=State.DRAFT.value)
    publish_at: Mapped[datetime | None]
    pinned_until: Mapped[datetime | None]
    shared_down: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    updated_by: Mapped[UUID | None]
    updated_by_name: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of its text (`app.core.seen`)."""
        return str(self.version)


class ArticlePicture(ZoneScoped, db.Model):
    """A file that stands in an article's text."""

    __tablename__ = "news_pictures"
    __table_args__ = (
        UniqueConstraint("zone_id", "article_id", "file_id"),
        ForeignKeyConstraint(["zone_id", "article_id"], ["news_articles.zone_id", "news_articles.id"]),
        ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]),
    )

    article_id: Mapped[UUID]
    file_id: Mapped[UUID]


class SharedArticle(db.Model):
    """The public copy of a city article that the zones below may show. It belongs to no zone; its origin writes it.

    The row exists only while the article is public and shared; row-level security shows it to the zones under
    `origin_union_path`, from `publish_at` on. `file_ids` are the files of the origin's zone that it shows: other zones
    may fetch these and no others.
    """

    __tablename__ = "news_shared_articles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    origin_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    origin_union_path: Mapped[str] = mapped_column(PathText)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body_html: Mapped[str] = mapped_column(default="")
    cover_file_id: Mapped[UUID | None]
    category_name: Mapped[str] = mapped_column(default="")
    is_notice: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    publish_at: Mapped[datetime]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)


class HiddenShare(ZoneScoped, db.Model):
    """A shared article this zone does not want to show; `id` is the article's. It outlives a withdrawal."""

    __tablename__ = "news_hidden_shares"

    hidden_by: Mapped[UUID | None]
    hidden_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
