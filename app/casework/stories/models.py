"""The story of a case on its way, and what the public reads of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import ZoneScoped, db


class StoryState(StrEnum):
    """How far a story is: with the staff (`DRAFT`), with the member (`ASKED`), answered, public, or taken back for good."""

    DRAFT = "draft"
    ASKED = "asked"
    CHANGES = "changes"
    AGREED = "agreed"
    DECLINED = "declined"
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"


class StoryDraft(OfACase, db.Model):
    """The story (案例故事) of a case, its text sealed. `consented_hash` is the hash of the text the member agreed to.

    Nothing but this row says which page of the public is of which case. The database refuses to publish another text than
    the member agreed to, and by who wrote it.
    """

    __tablename__ = "case_story_drafts"
    stays = _("The story told of it")
    __table_args__ = (of_a_case(),)

    state: Mapped[str] = mapped_column(default=StoryState.DRAFT)
    told_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    text_hash: Mapped[bytes] = mapped_column(LargeBinary)
    wish_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    consented_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    consented_at: Mapped[datetime | None]
    written_by: Mapped[UUID]
    published_by: Mapped[UUID | None]
    page_id: Mapped[UUID | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}-{self.text_hash.hex()}"


class StoryPage(ZoneScoped, db.Model):
    """What the public reads of a story; `outcome` is a band of amounts, `month` the first day of the one it was published in.

    Its id follows no order, so that nothing tells of the case it came from.
    """

    __tablename__ = "case_story_pages"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["case_story_drafts.zone_id", "case_story_drafts.page_id"]),
    )

    module: Mapped[str]
    kind: Mapped[str]
    locale: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    outcome: Mapped[str]
    month: Mapped[date]
