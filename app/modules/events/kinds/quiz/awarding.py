"""The prizes of a quiz, where it has any: given by the ranking, or by a draw among all who have enough points."""

from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import Select, literal, select

from app.modules.events.draws.drawing import commit_draw, draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.kinds.quiz.ranking import IN_ORDER
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import give_as_drawn
from app.modules.events.prizes.publishing import publish_prizes, written_prizes
from app.modules.events.prizes.queries import list_prizes
from app.modules.events.prizes.ranked import give_as_ranked


def publish(campaign: Campaign) -> None:
    """Fix the prizes of a quiz that is being announced, and commit to the draw where there is to be one."""
    if not written_prizes(campaign):
        return
    publish_prizes(campaign)
    if rules_of(campaign).is_drawn:
        commit_draw(campaign.id, least_in_words(rules_of(campaign)))


def award(campaign: Campaign) -> Settled:
    """Give the prizes of a quiz in which nobody answers any more, a part in each transaction; whole where none is left to give."""
    rules, here = rules_of(campaign), f"/events/quiz/{campaign.id}"
    if not list_prizes(campaign.id):
        return Settled.WHOLE
    if rules.is_drawn:
        draw(campaign.id, select(Score.id, literal(1)).where(*_has_enough(campaign, rules)))
        return give_as_drawn(campaign, href=here)
    return give_as_ranked(campaign, _ranked(campaign, rules), href=here)


def least_in_words(rules: Rules) -> str:
    return ngettext("Everybody with one point or more", "Everybody with %(num)d points or more", rules.least_points)


def _ranked(campaign: Campaign, rules: Rules) -> Select[UUID]:
    """The members with enough points, in the order of the ranking."""
    ranked = select(Entry.member_id).join(Score, (Score.zone_id == Entry.zone_id) & (Score.id == Entry.id))
    return ranked.where(*_has_enough(campaign, rules)).order_by(*IN_ORDER)


def _has_enough(campaign: Campaign, rules: Rules):
    return Score.campaign_id == campaign.id, Score.points >= rules.least_points
