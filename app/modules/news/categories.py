"""A zone's categories: adding, changing, ordering, removing."""

import re
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.core.audit import record
from app.core.errors import InvalidInput, NotFound
from app.core.pages.content import touch_content
from app.modules.news.models import Article, Category
from app.modules.news.rights import PUBLISH, require
from app.modules.news.sharing import renew_copy
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

MOST_CATEGORIES = 30
LONGEST_SLUG = 40


def create_category(actor: Actor, name: str, *, is_notice: bool = False, category_id: UUID | None = None) -> UUID:
    """A new category at the end; its slug is the name in pinyin. Created twice under one id, the first stays.

    Raises `InvalidInput` for a name that is taken or one too many.
    """
    require(actor, PUBLISH)
    category_id = category_id or uuid7()
    if db.session.get(Category, (current_zone().id, category_id)) is None:
        _check_name(name)
        _add(category_id, name, _free_slug(name), is_notice)
    return category_id


def change_category(actor: Actor, category_id: UUID, *, name: str, is_notice: bool) -> None:
    """Rename a category or make it one of notices; its address stays. Raises `InvalidInput`, `NotFound`."""
    require(actor, PUBLISH)
    category = _get(category_id)
    _check_name(name, besides=category_id)
    category.name, category.is_notice = name, is_notice
    db.session.flush()
    for article in _shared_articles(category_id):
        renew_copy(article)
    touch_content()
    record("news.change_category", object_type="news_category", object_id=category_id)


def move_category(actor: Actor, category_id: UUID, *, up: bool) -> None:
    """Swap a category with its neighbour; at the end of the list nothing changes."""
    require(actor, PUBLISH)
    ordered = list(db.session.execute(select(Category).order_by(Category.position, Category.id)).scalars())
    place = next((index for index, each in enumerate(ordered) if each.id == category_id), None)
    if place is None:
        raise NotFound
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    touch_content()
    record("news.move_category", object_type="news_category", object_id=category_id)


def delete_category(actor: Actor, category_id: UUID) -> None:
    """Remove a category; its articles stay, without one."""
    require(actor, PUBLISH)
    category = _get(category_id)
    shared = _shared_articles(category_id)
    db.session.delete(category)
    db.session.flush()
    for article in shared:
        db.session.refresh(article)
        renew_copy(article)
    touch_content()
    record("news.delete_category", object_type="news_category", object_id=category_id)


def found_usual_categories() -> None:
    """Give a zone that has no category those nearly every union uses; a zone that has some keeps them as they are."""
    if db.session.execute(select(Category.id).limit(1)).first() is not None:
        return
    for slug, name, is_notice in (
        ("notices", gettext("Notices"), True),
        ("union-news", gettext("Union news"), False),
        ("policies", gettext("Policies and law"), False),
        ("study", gettext("Study"), False),
    ):
        _add(uuid7(), name, slug, is_notice)


def _add(category_id: UUID, name: str, slug: str, is_notice: bool) -> None:
    number, last = db.session.execute(select(func.count(), func.max(Category.position)).select_from(Category)).one()
    if number >= MOST_CATEGORIES:
        raise InvalidInput(_("There may be up to %(most)d categories.", most=MOST_CATEGORIES), field="name")
    db.session.add(Category(id=category_id, name=name, slug=slug, is_notice=is_notice, position=(last or 0) + 1))
    db.session.flush()
    record("news.create_category", object_type="news_category", object_id=category_id)


def _get(category_id: UUID) -> Category:
    category = db.session.get(Category, (current_zone().id, category_id), with_for_update=True)
    if category is None:
        raise NotFound
    return category


def _shared_articles(category_id: UUID) -> list[Article]:
    """Articles of the category that other zones see: their copies carry its name."""
    shared = select(Article).where(Article.category_id == category_id, Article.shared_down)
    return list(db.session.execute(shared).scalars())


def _check_name(name: str, besides: UUID | None = None) -> None:
    taken = db.session.execute(select(Category.id).where(Category.name == name)).scalar_one_or_none()
    if taken not in (None, besides):
        raise InvalidInput(_("There is a category of this name already."), field="name")


def _free_slug(name: str) -> str:
    """The name in pinyin, with a number where another category has it."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (56 MB of dictionaries that most processes never need)

    words = re.sub(r"[^a-z0-9]+", "-", "-".join(lazy_pinyin(name)).lower()).strip("-")[:LONGEST_SLUG].strip("-")
    stem = words or "category"
    taken = set(db.session.execute(select(Category.slug)).scalars())
    numbered = (f"{stem}-{number}" for number in range(2, MOST_CATEGORIES + 2))
    return next(slug for slug in (stem, *numbered) if slug not in taken)
