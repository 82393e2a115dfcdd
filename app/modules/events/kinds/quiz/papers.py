"""What a quiz asks: copied from the bank when it is announced, and drawn from it for each paper."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.modules.events.errors import NotReady
from app.modules.events.kinds.quiz.bank.queries import IN_USE, count_by_category
from app.modules.events.kinds.quiz.bank.words import TRUE_FALSE
from app.modules.events.kinds.quiz.citywide.models import SharedQuestion
from app.modules.events.kinds.quiz.models import Item, ItemKey, Question
from app.modules.events.kinds.quiz.settings import Part, rules_of
from app.modules.events.models import Campaign
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

MOST = 5_000
"""Questions of one campaign."""
_lot = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Paper:
    """Items in the order they are asked, and for each the order of its options."""

    item_ids: list[UUID]
    orders: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as a paper may have it."""

    id: UUID
    options: int
    is_shuffled: bool


def require_questions(campaign: Campaign) -> None:
    """Raises `NotReady` where the bank has too few questions of a category."""
    there = dict(count_by_category())
    for part in rules_of(campaign).parts:
        if there.get(part.category, 0) < part.number:
            words = _("The bank has %(there)s questions of “%(category)s”: %(number)s are to be drawn.",
                      there=there.get(part.category, 0), category=part.category, number=part.number)  # fmt: skip
            raise NotReady(words, field="parts")
    if sum(there[part.category] for part in rules_of(campaign).parts) > MOST:
        raise NotReady(_("These categories have more than %(most)s questions.", most=MOST), field="parts")


def questions_of_bank(campaign: Campaign) -> Sequence[Question]:
    """What the bank has of the categories asked."""
    categories = [part.category for part in rules_of(campaign).parts]
    return db.session.scalars(select(Question).where(IN_USE, Question.category.in_(categories))).all()


def copy_questions(campaign: Campaign, asked: Sequence[Question | SharedQuestion]) -> None:
    """Copy what a campaign asks: what the bank does later changes nothing."""
    here = {"zone_id": current_zone().id, "campaign_id": campaign.id}
    ids = {question.id: uuid7() for question in asked}
    items = [
        here | {"id": ids[each.id], "kind": each.kind, "category": each.category, "prompt": each.prompt,
                "options": each.options}
        for each in asked
    ]  # fmt: skip
    keys = [here | {"id": ids[each.id], "right": each.right, "explanation": each.explanation} for each in asked]
    db.session.execute(insert(Item), items)
    db.session.execute(insert(ItemKey), keys)


def draw_paper(campaign: Campaign) -> Paper:
    """Questions by lot, so many of each category, in an order by lot, with their options shuffled. On the worker plane."""
    pool = _pool(current_zone().id, campaign.id)
    chosen = [each for part in rules_of(campaign).parts for each in _draw(pool, part)]
    _lot.shuffle(chosen)
    return Paper([each.id for each in chosen], [_order(each) for each in chosen])


def keys_of(campaign_id: UUID) -> Mapping[UUID, int]:
    """The right options of every item of a campaign; they never change. On the worker plane."""
    return _keys(current_zone().id, campaign_id)


def _draw(pool: Mapping[str, Sequence[Asked]], part: Part) -> list[Asked]:
    return _lot.sample(pool[part.category], part.number)


def _order(asked: Asked) -> str:
    places = [str(place) for place in range(asked.options)]
    if asked.is_shuffled:
        _lot.shuffle(places)
    return "".join(places)


@lru_cache(maxsize=64)
def _pool(_zone_id: UUID, campaign_id: UUID) -> Mapping[str, Sequence[Asked]]:
    found = select(Item.id, Item.category, Item.kind, Item.options).where(Item.campaign_id == campaign_id)
    pool: dict[str, list[Asked]] = {}
    for row in db.session.execute(found):
        is_shuffled = row.kind != TRUE_FALSE
        pool.setdefault(row.category, []).append(Asked(row.id, len(row.options) if is_shuffled else 2, is_shuffled))
    return pool


@lru_cache(maxsize=64)
def _keys(_zone_id: UUID, campaign_id: UUID) -> Mapping[UUID, int]:
    found = select(ItemKey.id, ItemKey.right).where(ItemKey.campaign_id == campaign_id)
    return {row.id: row.right for row in db.session.execute(found)}


def chosen_options(order: str, places: Sequence[int]) -> int:
    """The set of options at these places of an order; places that are not there choose nothing."""
    return sum(1 << int(order[place]) for place in set(places) if 0 <= place < len(order))
