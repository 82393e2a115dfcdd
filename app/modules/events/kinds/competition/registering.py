"""What contestants do with their registration, and staff who exclude one. Whoever is signed in may register; members alone come to the
last round."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.members.audience.choice import Audience
from app.members.models import Member
from app.members.queries import belonging
from app.modules.events.entering import add_entries, enter, invited, require_open
from app.modules.events.errors import NotInvited
from app.modules.events.kinds.competition.errors import (
    JudgesThere,
    MovedOn,
    NameMissing,
    OnlyTheCaptain,
    RegistrationOver,
    TakesPartThemselves,
    TeamsCompete,
)
from app.modules.events.kinds.competition.impartial import require_no_judge
from app.modules.events.kinds.competition.models import Contestant
from app.modules.events.kinds.competition.queries import find_contestant, find_own, list_rounds
from app.modules.events.kinds.competition.settings import rules_of
from app.modules.events.kinds.competition.states import TAKES_PART, Registered, RoundState
from app.modules.events.kinds.competition.teams.queries import list_all_people
from app.modules.events.kinds.competition.turns import hold_people
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.unions.models import Union
from tenants.context import Actor, current_actor, current_zone
from tenants.database import db
from tenants.turns import take_turn


def register(actor: Actor, contestant_id: UUID, campaign_id: UUID, *, name: str = "", shown: str) -> Contestant:
    """Register an account, as a member or as a guest who becomes one on the way; sent twice it is one.

    `name` is what a guest is called. Raises `NotFound`, `TeamsCompete`, `NotOpen`, `NotInvited`, `NameMissing`, `JudgesThere`.
    """
    campaign = find_announced(campaign_id, kind="competition")
    if rules_of(campaign).teams is not None:
        raise TeamsCompete
    require_open(campaign)
    take_turn(f"events.competition.{current_zone().id}.{campaign_id}.{actor.account_id}")
    hold_people(campaign_id)
    found = find_own(campaign_id, actor)
    if found is not None and found.state != Registered.WITHDRAWN:
        return found
    facts = as_member(actor, campaign) if actor.is_member else as_guest(campaign, name)
    if actor.is_member and actor.member_id:
        enter(actor.member_id, campaign)
    if found is None:
        if actor.account_id is None:
            raise NotFound
        found = Contestant(id=contestant_id, campaign_id=campaign_id, account_id=actor.account_id)
        db.session.add(found)
    for column, value in (facts | {"shown": shown}).items():
        setattr(found, column, value)
    with refused_as({"events_competition_contestants_judge": JudgesThere}):
        db.session.flush()
    db.session.refresh(found)
    _remember("events.competition_register", found)
    return found


def join(actor: Actor, campaign_id: UUID) -> Contestant:
    """Finish the registration of a guest who is a member by now. Raises `NotFound`, `NotInvited`."""
    found = _held_own(actor, campaign_id)
    if found.state != Registered.GUEST:
        return found
    campaign = find_announced(campaign_id, kind="competition")
    for column, value in as_member(actor, campaign).items():
        setattr(found, column, value)
    db.session.flush()
    for member_id in add_entries(campaign_id, [found.member_id] if found.member_id else []):
        record("events.enter", object_type="events_campaign", object_id=campaign_id, subject_member_id=member_id)
    _remember("events.competition_join", found)
    return found


def withdraw(actor: Actor, campaign_id: UUID) -> Contestant:
    """Withdraw before the first round begins; a team's captain takes it back. Raises `NotFound`, `RegistrationOver`,
    `OnlyTheCaptain`."""
    own = find_own(campaign_id, actor)
    if own is not None and own.team_id is not None and own.account_id != actor.account_id:
        raise OnlyTheCaptain
    found = _held_own(actor, campaign_id)
    if found.state == Registered.WITHDRAWN:
        return found
    if found.state not in TAKES_PART or not may_withdraw(campaign_id):
        raise RegistrationOver
    found.state = Registered.WITHDRAWN
    db.session.flush()
    _remember("events.competition_withdraw", found)
    return found


def may_withdraw(campaign_id: UUID) -> bool:
    """Whether the first round has not begun."""
    return all(each.state == RoundState.WAITING for each in list_rounds(campaign_id))


def exclude(contestant_id: UUID, *, reason: str) -> Contestant:
    """Take a contestant out, on the staff's plane; they read why. Raises `NotFound`, `MovedOn`, `TakesPartThemselves`,
    `JudgesThemselves`."""
    found = find_contestant(contestant_id, lock=True)
    require_outsider(current_actor(), found.campaign_id)
    require_no_judge(current_actor(), found.campaign_id)
    if found.state not in TAKES_PART:
        raise MovedOn
    found.state, found.reason = Registered.EXCLUDED, reason
    db.session.flush()
    _remember("events.competition_exclude", found, reason=reason)
    return found


def require_outsider(actor: Actor, campaign_id: UUID) -> None:
    """Raises `TakesPartThemselves` for a contestant, who decides nothing in their own competition, on rivals neither."""
    own = find_own(campaign_id, actor)
    if own is not None and own.state != Registered.WITHDRAWN:
        raise TakesPartThemselves


def list_strangers(campaign_id: UUID, contestants: Sequence[Contestant]) -> list[Contestant]:
    """Those of the contestants who are no members of the zone's unions now, and teams with anybody who is none."""
    teams = list_all_people(campaign_id)
    people = {each.id: teams.get(each.team_id, []) if each.team_id else [each] for each in contestants}
    here = belonging(one.member_id for those in people.values() for one in those if one.member_id)
    return [each for each in contestants if any(one.member_id not in here for one in people[each.id])]


def as_member(actor: Actor, campaign: Campaign) -> dict[str, Any]:
    """What is known of a member. Raises `NotFound` for who is none, and `NotInvited`."""
    known = db.session.execute(
        select(Member.name, Union.id, Union.path)
        .join(Union, Union.path == Member.union_path)
        .where(Member.id == actor.member_id)
    ).one_or_none()
    if not actor.is_member or actor.member_id is None or known is None:
        raise NotFound
    if not invited(campaign, [actor.member_id]):
        raise NotInvited
    name, union_id, union_path = known
    return {
        "state": Registered.REGISTERED, "member_id": actor.member_id, "name": name, "union_id": union_id,
        "union_path": union_path,
    }  # fmt: skip


def as_guest(campaign: Campaign, name: str) -> dict[str, Any]:
    """What is known of somebody who is no member. Raises `NotInvited`, `NameMissing`."""
    if not Audience.from_json(campaign.audience).is_open:
        raise NotInvited
    if len(name) < 2:
        raise NameMissing(field="name")
    return {"state": Registered.GUEST, "name": name}


def _held_own(actor: Actor, campaign_id: UUID) -> Contestant:
    found = find_own(campaign_id, actor)
    if found is None:
        raise NotFound
    return find_contestant(found.id, lock=True)


def _remember(action: str, contestant: Contestant, **detail: Any) -> None:
    record(action, object_type="events_competition_contestant", object_id=contestant.id,
           subject_member_id=contestant.member_id, state=contestant.state, number=contestant.number, **detail)  # fmt: skip
