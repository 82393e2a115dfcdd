"""Reads of stories."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.casework.sealing import unseal_texts
from app.casework.stories.models import StoryDraft, StoryPage
from app.core.errors import NotFound
from tenants.database import db

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A story in clear; `wish` is what the member wants changed."""

    title: str
    body: str
    locale: str
    wish: str = ""


def find_draft(case_id: UUID) -> StoryDraft | None:
    """The story of a case."""
    return db.session.execute(select(StoryDraft).where(StoryDraft.case_id == case_id)).scalar_one_or_none()


def told(draft: StoryDraft) -> Told:
    """What a story says."""
    table = StoryDraft.__tablename__
    (text,) = unseal_texts(table, "told_cipher", [(draft.id, draft.told_cipher)])
    (wish,) = unseal_texts(table, "wish_cipher", [(draft.id, draft.wish_cipher)])
    return Told(**json.loads(text), wish=wish)


def list_pages(module: str, most: int = MOST_SHOWN) -> Sequence[StoryPage]:
    """The published stories of a module, those of the latest month first."""
    statement = select(StoryPage).where(StoryPage.module == module).order_by(StoryPage.month.desc(), StoryPage.id)
    return db.session.execute(statement.limit(most)).scalars().all()


def find_page(module: str, story_id: UUID) -> StoryPage:
    """A published story; raises `NotFound`."""
    statement = select(StoryPage).where(StoryPage.id == story_id, StoryPage.module == module)
    page = db.session.execute(statement).scalar_one_or_none()
    if page is None:
        raise NotFound
    return page
