"""Votes of members, within their limits; and the clock that counts them."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.core.clock import now, today_in_china
from app.core.constraints import refused_as
from app.modules.events.entering import require_open_for
from app.modules.events.kinds.works.errors import (
    JudgesByVote,
    NotVotingNow,
    NoVotesLeft,
    NoVotesToday,
    OwnWork,
    VotedToday,
    WorkMovedOn,
)
from app.modules.events.kinds.works.models import ShownWork, Vote
from app.modules.events.kinds.works.queries import count_votes, find_own, has_voted_today
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.models import Campaign
from app.modules.events.states import State
from tenants.context import current_zone
from tenants.database import db
from tenants.turns import take_turn


def vote(member_id: UUID, campaign: Campaign, work_id: UUID) -> None:
    """Vote for a work. Raises `NotOpen`, `NotInvited`, `NotVotingNow`, `OwnWork`, `VotedToday`, `NoVotesToday`, `NoVotesLeft`,
    `JudgesByVote` for a judge of the campaign, and `WorkMovedOn` for a work that is shown no more."""
    require_open_for(member_id, campaign)
    rules = rules_of(campaign)
    if not rules.takes_votes(now()):
        raise NotVotingNow
    own = find_own(campaign.id, member_id)
    if own is not None and own.id == work_id:
        raise OwnWork
    take_turn(votes_turn(campaign.id, member_id))
    if has_voted_today(work_id, member_id):
        raise VotedToday
    today, in_all = count_votes(campaign.id, member_id)
    if in_all >= rules.votes_in_all:
        raise NoVotesLeft
    if today >= rules.votes_a_day:
        raise NoVotesToday
    db.session.add(Vote(campaign_id=campaign.id, work_id=work_id, member_id=member_id, day=today_in_china()))
    try:
        with refused_as({"events_works_votes_judge": JudgesByVote}):
            db.session.flush()
    except IntegrityError as refusal:  # taken back or down at this moment
        raise WorkMovedOn from refusal


def votes_turn(campaign_id: UUID, member_id: UUID) -> str:
    """The turn that a member's votes take, and who names them a judge, so that nobody does both."""
    return f"events.works.{current_zone().id}.{campaign_id}.{member_id}"


def count_running() -> None:
    """Count the votes of all campaigns that are open. On the worker plane."""
    running = select(Campaign.id).where(Campaign.kind == "works", Campaign.state == State.OPEN)
    for campaign_id in db.session.scalars(running).all():
        count(campaign_id)


def count(campaign_id: UUID) -> None:
    """Count the votes of a campaign. On the worker plane."""
    votes = (
        select(func.count())
        .select_from(Vote)
        .where(Vote.work_id == ShownWork.id)
        .correlate(ShownWork)
        .scalar_subquery()
    )
    db.session.execute(
        update(ShownWork).where(ShownWork.campaign_id == campaign_id, ShownWork.votes != votes).values(votes=votes),
        execution_options={"synchronize_session": False},
    )
