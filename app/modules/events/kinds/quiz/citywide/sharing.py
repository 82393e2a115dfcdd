"""Holding a quiz whose zones are ranked together: the same paper and rules in all of them, the city's own questions among them."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.modules.events.errors import NotReady
from app.modules.events.kinds.quiz.citywide.models import Holding, SharedQuestion
from app.modules.events.kinds.quiz.models import Question
from app.modules.events.kinds.quiz.settings import rules_of
from app.modules.events.models import Campaign
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.sharing.queries import find_shared
from tenants.context import current_zone
from tenants.database import db

THE_SAME = ("parts", "minutes", "points_each", "tries_a_day", "tries_in_all", "answers_shown")
"""Settings that are one in all zones, as their results are compared."""


def ranked_above(campaign: Campaign) -> SharedCampaign | None:
    """The city's quiz that the campaign takes up, where all its zones are ranked together. Raises `NotFound` once that is over."""
    if campaign.shared_id is None:
        return None
    shared = find_shared(campaign.shared_id)
    return shared if shared.settings.get("ranked_citywide") else None


def require_comparable(campaign: Campaign) -> None:
    """Raises `NotReady` where a quiz of one zone alone asks for the ranking of all, and where one that is taken up differs from the city's."""
    if campaign.shared_id is None:
        if rules_of(campaign).ranked_citywide and not campaign.shared_down:
            words = _("One ranking over all zones needs a quiz that is shown in them: choose that too.")
            raise NotReady(words, field="ranked_citywide")
        return
    above = ranked_above(campaign)
    for name in THE_SAME if above else ():
        if above and campaign.settings.get(name) != above.settings.get(name):
            words = _(
                "All zones are ranked together: a paper, its time, points and tries, and when answers are shown are the city’s."
            )
            raise NotReady(words, field=name)


def questions_of_above(campaign: Campaign) -> Sequence[SharedQuestion] | None:
    """What the city's quiz asks, for one that is ranked together with it."""
    above = ranked_above(campaign)
    if above is None:
        return None
    return db.session.scalars(select(SharedQuestion).where(SharedQuestion.shared_id == above.id)).all()


def hold(campaign: Campaign, asked: Sequence[Question | SharedQuestion]) -> None:
    """Note that the zone holds a quiz that is being announced, where all zones are ranked together; the city hands on what it asks."""
    zone, above = current_zone(), ranked_above(campaign)
    if above is not None:
        origin = {"origin_zone_id": above.origin_zone_id, "origin_union_path": above.origin_union_path}
        _note(above.id, origin)
    elif campaign.shared_down and rules_of(campaign).ranked_citywide:
        origin = {"origin_zone_id": zone.id, "origin_union_path": zone.union_path}
        _note(campaign.id, origin)
        rows = [
            origin | {"shared_id": campaign.id, "id": each.id, "kind": each.kind, "category": each.category, "prompt": each.prompt,
                      "options": each.options, "right": each.right, "explanation": each.explanation}
            for each in asked
        ]  # fmt: skip
        db.session.execute(plain_insert(SharedQuestion), rows)


def _note(shared_id, origin) -> None:
    row = insert(Holding).values(shared_id=shared_id, held_in=current_zone().id, **origin)
    db.session.execute(row.on_conflict_do_nothing())
