"""Who becomes captain: whom a captain hands the team over to, and who joined next where the captain has left the zone's unions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, select

from app.core.audit import record
from app.core.clock import now
from app.members.queries import belonging
from app.modules.events.models import Campaign
from app.modules.events.states import State
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams of a kind: its tables; who is `barred` from becoming captain, and whose team is `fixed`, so that it does not dissolve.
    `hold` waits for whoever else is at the teams of a campaign."""

    kind: str
    teams: type[Any]
    people: type[Any]
    barred: ColumnElement[bool] = field(default_factory=false)
    fixed: ColumnElement[bool] = field(default_factory=false)
    hold: Callable[[UUID], None] = lambda _campaign_id: None


def pass_on(of: Teams) -> bool:
    """Of the teams whose captain is no member here any more, let one pass to whoever of it joined next, until the campaign closes; where
    nobody of it is left it dissolves. Whether there was one. On the worker plane, a team in a transaction."""
    return any(_pass_on(of, captain, campaign) for captain, campaign in _strangers(of))


def tell_captain(captain: Any, team: str, campaign: Campaign) -> None:
    """Tell somebody that a team is theirs now; a guest has no inbox here."""
    if captain.member_id is not None:
        notify("events.team_captain", captain.member_id, {"team": team, "title": campaign.title}, href=f"/events/{campaign.kind}/{campaign.id}",
               dedupe_key=f"events.team_captain:{uuid7()}")  # fmt: skip


def _strangers(of: Teams) -> Sequence[tuple[Any, Campaign]]:
    """Captains who are no members of the zone's unions, with the campaign, which is not closed yet."""
    person = of.people
    captains = (
        select(person, Campaign)
        .join(Campaign, (Campaign.zone_id == person.zone_id) & (Campaign.id == person.campaign_id))
        .where(person.is_captain, person.left_at.is_(None), person.member_id.is_not(None))
        .where(Campaign.state.in_([State.FROZEN, State.OPEN]), Campaign.closes_at > now())
    )
    rows = [(captain, campaign) for captain, campaign in db.session.execute(captains.order_by(person.id))]
    here = belonging(captain.member_id for captain, _campaign in rows)
    return [(captain, campaign) for captain, campaign in rows if captain.member_id not in here]


def _pass_on(of: Teams, captain: Any, campaign: Campaign) -> bool:
    of.hold(campaign.id)
    take_turn(f"events.{of.kind}.team.{captain.team_id}")
    people = _people(of, captain.team_id)
    if captain not in people or not captain.is_captain:
        return False
    team = db.session.get_one(of.teams, (current_zone().id, captain.team_id))
    here = belonging(each.member_id for each in people if each.member_id)
    barred = _list_barred(of, captain.team_id)
    heir = next(
        (
            each
            for each in people
            if each is not captain and each.id not in barred and (each.member_id is None or each.member_id in here)
        ),
        None,
    )
    if heir is None:
        if _is_fixed(of, team.id):
            return False
        team.dissolved_at = now()
        for each in people:
            each.left_at = now()
        _remember(of, "dissolve", team.id)
        return True
    captain.is_captain, heir.is_captain = False, True
    db.session.flush()
    _remember(of, "pass_on", team.id, person=str(heir.member_id))
    tell_captain(heir, team.name, campaign)
    return True


def _people(of: Teams, team_id: UUID) -> Sequence[Any]:
    """Who is in a team, in the order of joining."""
    person = of.people
    there = select(person).where(person.team_id == team_id, person.left_at.is_(None))
    return db.session.scalars(
        there.order_by(person.joined_at, person.id).execution_options(populate_existing=True)
    ).all()


def _list_barred(of: Teams, team_id: UUID) -> set[UUID]:
    barred = select(of.people.id).where(of.people.team_id == team_id, of.people.left_at.is_(None), of.barred)
    return set(db.session.scalars(barred))


def _is_fixed(of: Teams, team_id: UUID) -> bool:
    there = exists().where(of.people.team_id == team_id, of.people.left_at.is_(None), of.fixed)
    return bool(db.session.scalar(select(there)))


def _remember(of: Teams, what: str, team_id: UUID, **detail: Any) -> None:
    record(f"events.{of.kind}_team_{what}", object_type=f"events_{of.kind}_team", object_id=team_id, **detail)
