"""Beginning a paper: drawn by lot and kept here, with the moment by which it must be handed in. One at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.core.audit import record
from app.core.clock import now, today_in_china
from app.core.identifiers.masks import mask_name
from app.members.models import Member
from app.modules.events.entering import require_open_for
from app.modules.events.errors import NotOpen
from app.modules.events.kinds.quiz.errors import NoTriesLeft, NoTriesToday
from app.modules.events.kinds.quiz.handing_in import close_late
from app.modules.events.kinds.quiz.models import Attempt, Score
from app.modules.events.kinds.quiz.papers import draw_paper
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.kinds.quiz.teams.errors import TeamTooSmall
from app.modules.events.kinds.quiz.teams.queries import hold_teams, in_small_teams
from app.modules.events.models import Campaign, Entry
from app.modules.events.queries import find_campaign
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7


class Refused(StrEnum):
    """Why a member gets no paper."""

    TODAY = "today"
    IN_ALL = "in-all"
    NOT_NOW = "not-now"
    TEAM_SMALL = "team-small"


_REFUSALS = {
    Refused.TODAY: NoTriesToday,
    Refused.IN_ALL: NoTriesLeft,
    Refused.NOT_NOW: NotOpen,
    Refused.TEAM_SMALL: TeamTooSmall,
}


@dataclass(frozen=True, slots=True)
class Had:
    """The papers that a member has had: today, in all, and the one that runs."""

    today: int = 0
    in_all: int = 0
    running: UUID | None = None


def begin(member_id: UUID, campaign_id: UUID) -> UUID:
    """The member's running paper, or a new one. Raises `NotFound`, `NotOpen`, `NotInvited`, `NoTriesToday`, `NoTriesLeft`,
    `TeamTooSmall`, `TooMany`, `Crowded`."""
    _presses.count(member_id)
    require_open_for(member_id, find_campaign(campaign_id))
    answer = _beginnings.ask(campaign_id, member_id)
    if isinstance(answer, Refused):
        raise _REFUSALS[answer]
    return answer


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[UUID | Refused]:
    campaign = find_campaign(campaign_id)
    if not campaign.is_open_at(now()):
        return [Refused.NOT_NOW for _ in members]
    rules = rules_of(campaign)
    if rules.teams:
        hold_teams(campaign_id, members)
    entries = _enter(campaign_id, sorted(set(members)))
    everybody = list(entries)
    close_late(campaign, everybody)
    had = _had(campaign_id, everybody)
    small = in_small_teams(campaign_id, everybody, rules.teams.least) if rules.teams else set()
    answers = {each: _answer(had.get(each, Had()), rules, in_small_team=each in small) for each in everybody}
    fresh = [each for each in everybody if answers[each] is None]
    if fresh:
        _write(campaign, rules, [(each, entries[each], had.get(each, Had()).in_all + 1) for each in fresh])
        record("events.quiz_begin", object_type="events_campaign", object_id=campaign_id, papers=len(fresh))
        running = _had(campaign_id, fresh)
        answers |= {each: running[each].running or Refused.NOT_NOW for each in fresh}
    return [answers.get(each) or Refused.NOT_NOW for each in members]


def _enter(campaign_id: UUID, members: Sequence[UUID]) -> dict[UUID, UUID]:
    """The entries of members who have a union, with a line in the ranking; made where there are none."""
    here = {"zone_id": current_zone().id, "campaign_id": campaign_id}
    rows = [here | {"id": uuid7(), "member_id": each} for each in members]
    db.session.execute(insert(Entry).values(rows).on_conflict_do_nothing())
    found = db.session.execute(
        select(Entry.id, Entry.member_id, Member.name, Union.id.label("union_id"), Score.id.label("score_id"))
        .join(Member, Member.id == Entry.member_id)
        .join(Union, Union.path == Member.union_path)
        .outerjoin(Score, (Score.zone_id == Entry.zone_id) & (Score.id == Entry.id))
        .where(Entry.campaign_id == campaign_id, Entry.member_id.in_(members))
    ).all()
    fresh = [
        here | {"id": row.id, "union_id": row.union_id, "shown_name": mask_name(row.name)}
        for row in found
        if row.score_id is None
    ]
    if fresh:
        db.session.execute(insert(Score).values(fresh).on_conflict_do_nothing())
        for row in found:
            if row.score_id is None:
                record("events.enter", object_type="events_campaign", object_id=campaign_id,
                       subject_member_id=row.member_id)  # fmt: skip
    return {row.member_id: row.id for row in found}


def _had(campaign_id: UUID, members: Sequence[UUID]) -> dict[UUID, Had]:
    runs = Attempt.handed_in_at.is_(None)
    counted = (
        select(
            Attempt.member_id, func.count().filter(Attempt.day == today_in_china()), func.count(),
            func.array_agg(Attempt.id).filter(runs),
        )
        .where(Attempt.campaign_id == campaign_id, Attempt.member_id.in_(members))
        .group_by(Attempt.member_id)
    )  # fmt: skip
    rows: Any = db.session.execute(counted)
    return {
        member_id: Had(today, in_all, running[0] if running else None) for member_id, today, in_all, running in rows
    }


def _answer(had: Had, rules: Rules, *, in_small_team: bool) -> UUID | Refused | None:
    """The paper that runs, why there is none, or None for whom one is to be drawn."""
    if had.running:
        return had.running
    if had.in_all >= rules.tries_in_all:
        return Refused.IN_ALL
    if in_small_team:
        return Refused.TEAM_SMALL
    return Refused.TODAY if had.today >= rules.tries_a_day else None


def _write(campaign: Campaign, rules: Rules, fresh: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Draw a paper for each member, entry and number; where another process did so a moment ago, theirs stands."""
    moment = now()
    deadline = min(moment + timedelta(minutes=rules.minutes), campaign.closes_at)
    rows = []
    for member_id, entry_id, number in fresh:
        paper = draw_paper(campaign)
        rows.append({
            "zone_id": current_zone().id, "id": uuid7(), "campaign_id": campaign.id, "entry_id": entry_id, "member_id": member_id,
            "number": number, "day": today_in_china(), "item_ids": paper.item_ids, "orders": paper.orders,
            "started_at": moment, "deadline": deadline,
        })  # fmt: skip
    db.session.execute(insert(Attempt).values(rows).on_conflict_do_nothing())


_beginnings = Coalescer(_serve)
_presses = Presses("events.quiz.begin", most=30, seconds=60)
