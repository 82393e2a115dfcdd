"""The prizes of a quiz, where it has any: given by the ranking, or by a draw among all who have enough points."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import literal, select

from app.members.models import Member
from app.modules.events.draws.drawing import commit_draw, draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.kinds.quiz.ranking import IN_ORDER
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import AT_ONCE, give_as_drawn
from app.modules.events.prizes.giving import free_numbers, give_prizes
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.publishing import publish_prizes, written_prizes
from app.modules.events.prizes.queries import list_prizes
from tenants.context import current_actor
from tenants.database import db


def publish(campaign: Campaign) -> None:
    """Fix the prizes of a quiz that is being announced, and commit to the draw where there is to be one."""
    if not written_prizes(campaign):
        return
    publish_prizes(campaign)
    if rules_of(campaign).is_drawn:
        commit_draw(campaign.id, least_in_words(rules_of(campaign)))


def award(campaign: Campaign) -> Settled:
    """Give the prizes of a quiz in which nobody answers any more, `AT_ONCE` in a transaction; whole where none is left to give."""
    prizes, rules = list_prizes(campaign.id), rules_of(campaign)
    here = f"/events/quiz/{campaign.id}"
    if not prizes:
        return Settled.WHOLE
    if rules.is_drawn:
        draw(campaign.id, select(Score.id, literal(1)).where(*_has_enough(campaign, rules)))
        return give_as_drawn(campaign, href=here)
    members = _next_in_ranking(campaign, rules) if any(free_numbers(prize) for prize in prizes) else []
    if not members:
        return Settled.WHOLE
    give_prizes(current_actor(), campaign, members, href=here)
    return Settled.PART


def least_in_words(rules: Rules) -> str:
    return ngettext("Everybody with one point or more", "Everybody with %(num)d points or more", rules.least_points)


def _next_in_ranking(campaign: Campaign, rules: Rules) -> Sequence[UUID]:
    """The members with enough points who have won nothing yet, in the order of the ranking."""
    waiting = (
        select(Entry.member_id)
        .join(Member, Member.id == Entry.member_id)
        .join(Score, (Score.zone_id == Entry.zone_id) & (Score.id == Entry.id))
        .outerjoin(Win, (Win.zone_id == Score.zone_id) & (Win.id == Score.id))
        .where(*_has_enough(campaign, rules), Win.id.is_(None))
    )
    return db.session.scalars(waiting.order_by(*IN_ORDER).limit(AT_ONCE)).all()


def _has_enough(campaign: Campaign, rules: Rules):
    return Score.campaign_id == campaign.id, Score.points >= rules.least_points
