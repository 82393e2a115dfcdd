"""Reading competitions: what contestants, judges and staff see."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select

from app.core.errors import NotFound
from app.modules.events.kinds.competition.models import (
    Certificate,
    Contestant,
    Criterion,
    Judge,
    Recusal,
    Round,
    ScoreSheet,
    Start,
)
from app.modules.events.kinds.competition.states import Registered, RoundState
from app.modules.events.kinds.competition.teams.models import TeamMember
from app.modules.events.kinds.competition.teams.queries import IN_IT, is_me
from app.unions.models import Union
from tenants.context import Actor, current_zone
from tenants.database import ZoneScoped, db

AnyRow = TypeVar("AnyRow", bound=ZoneScoped)
PAGE = 50
PUBLIC_OF_A_SHEET = (ScoreSheet.id, ScoreSheet.start_id, ScoreSheet.state, ScoreSheet.tenths)
PUBLIC_OF_A_CERTIFICATE = (
    Certificate.id, Certificate.campaign_id, Certificate.contestant_id, Certificate.holder_id, Certificate.team, Certificate.serial, Certificate.award,
    Certificate.masked_name, Certificate.issued_at, Certificate.revoked_at,
)  # fmt: skip


def list_rounds(campaign_id: UUID) -> Sequence[Round]:
    """The rounds of an announced competition, in their order."""
    return db.session.scalars(select(Round).where(Round.campaign_id == campaign_id).order_by(Round.number)).all()


def find_round(round_id: UUID, *, lock: bool = False) -> Round:
    """A round; raises `NotFound`."""
    return find_row(Round, round_id, lock=lock)


def list_criteria(round_id: UUID, source: str = "") -> Sequence[Criterion]:
    """The criteria of a round in their order, those of one source where it is named."""
    found = select(Criterion).where(Criterion.round_id == round_id).order_by(Criterion.number)
    return db.session.scalars(found.where(Criterion.source == source) if source else found).all()


def is_theirs(actor: Actor) -> ColumnElement[bool]:
    """Whether a contestant is the actor, by their account or as the member they are, or a team that they are in."""
    theirs = [
        Contestant.account_id == actor.account_id,
        Contestant.team_id.in_(select(TeamMember.team_id).where(IN_IT, is_me(actor))),
    ]
    return or_(*theirs, Contestant.member_id == actor.member_id) if actor.member_id else or_(*theirs)


def find_own(campaign_id: UUID, actor: Actor) -> Contestant | None:
    """The actor's own registration, or that of their team; one that was withdrawn only where there is no other."""
    own = select(Contestant).where(Contestant.campaign_id == campaign_id, is_theirs(actor))
    return db.session.scalar(own.order_by(Contestant.state == Registered.WITHDRAWN, Contestant.id).limit(1))


def find_contestant(contestant_id: UUID, *, lock: bool = False) -> Contestant:
    """A contestant; raises `NotFound`."""
    return find_row(Contestant, contestant_id, lock=lock)


def list_contestants(campaign_id: UUID, state: str = "", after: int = 0, limit: int | None = None) -> Sequence[Row]:
    """Contestants by their numbers, each with the name of the union."""
    found = (
        select(Contestant, Union.name.label("union_name"))
        .outerjoin(Union, Union.id == Contestant.union_id)
        .where(Contestant.campaign_id == campaign_id, Contestant.number > after)
        .order_by(Contestant.number)
        .limit(limit)
    )
    return db.session.execute(found.where(Contestant.state == state) if state else found).all()


def count_by_state(campaign_id: UUID) -> dict[str, int]:
    counted = select(Contestant.state, func.count()).where(Contestant.campaign_id == campaign_id)
    return dict(db.session.execute(counted.group_by(Contestant.state)).all())


def find_start(start_id: UUID) -> Start:
    """That somebody competes in a round; raises `NotFound`."""
    return find_row(Start, start_id)


def list_starts(round_id: UUID) -> Sequence[Row]:
    """Who competes in a round with their union's name, by place, then by number."""
    found = (
        select(Start, Union.name.label("union_name"))
        .outerjoin(Union, Union.id == Start.union_id)
        .where(Start.round_id == round_id)
        .order_by(Start.place.nulls_last(), Start.number)
    )
    return db.session.execute(found).all()


def list_own_starts(contestant_id: UUID) -> dict[UUID, Start]:
    """What a contestant competed in, by round: on the members' plane only where the ranking is published."""
    found = db.session.scalars(select(Start).where(Start.contestant_id == contestant_id))
    return {each.round_id: each for each in found}


def list_own_sheets(starts: Iterable[UUID]) -> dict[UUID, list[Row]]:
    """What judges gave, by start, on the members' plane: whose sheet is whose it does not tell."""
    found: dict[UUID, list[Row]] = {}
    for row in db.session.execute(
        select(*PUBLIC_OF_A_SHEET).where(ScoreSheet.start_id.in_(list(starts))).order_by(ScoreSheet.id)
    ):
        found.setdefault(row.start_id, []).append(row)
    return found


def list_judges(campaign_id: UUID, round_id: UUID | None = None) -> Sequence[Judge]:
    """Who judges, also who was dismissed, in the order of appointment."""
    found = select(Judge).where(Judge.campaign_id == campaign_id).order_by(Judge.id)
    return db.session.scalars(found.where(Judge.round_id == round_id) if round_id else found).all()


def list_judged(account_id: UUID) -> Sequence[tuple[Judge, Round]]:
    """The rounds somebody judges, the latest first."""
    found = (
        select(Judge, Round)
        .join(Round, (Round.zone_id == Judge.zone_id) & (Round.id == Judge.round_id))
        .where(Judge.account_id == account_id, Judge.dismissed_at.is_(None))
        .order_by(Round.starts_at.desc())
        .limit(100)
    )
    return [(judge, each) for judge, each in db.session.execute(found)]


def find_judge(round_id: UUID, account_id: UUID | None) -> Judge:
    """The actor as a judge of a round; raises `NotFound` for who is none."""
    own = select(Judge).where(Judge.round_id == round_id, Judge.account_id == account_id, Judge.dismissed_at.is_(None))
    found = db.session.scalar(own)
    if found is None:
        raise NotFound
    return found


def list_recusals(round_id: UUID) -> dict[UUID, dict[UUID, Recusal]]:
    """Who recused themselves from whom in a round, by start and judge."""
    found: dict[UUID, dict[UUID, Recusal]] = {}
    for each in db.session.scalars(select(Recusal).where(Recusal.round_id == round_id)):
        found.setdefault(each.start_id, {})[each.judge_id] = each
    return found


def list_recusals_of(judge: Judge) -> Sequence[tuple[Recusal, Start]]:
    """Whom a judge recused themselves from, by their numbers."""
    found = (
        select(Recusal, Start)
        .join(Start, (Start.zone_id == Recusal.zone_id) & (Start.id == Recusal.start_id))
        .where(Recusal.judge_id == judge.id)
        .order_by(Start.number)
    )
    return [(recusal, start) for recusal, start in db.session.execute(found)]


def sheet_turn(start_id: UUID, judge_id: UUID) -> str:
    """The turn that a judge's sheet of a contestant takes, and their recusal from them."""
    return f"events.competition.sheet.{current_zone().id}.{start_id}.{judge_id}"


def list_sheets(round_id: UUID) -> Sequence[ScoreSheet]:
    return db.session.scalars(select(ScoreSheet).where(ScoreSheet.round_id == round_id).order_by(ScoreSheet.id)).all()


def find_sheet(sheet_id: UUID, *, lock: bool = False) -> ScoreSheet:
    """A score sheet; raises `NotFound`."""
    return find_row(ScoreSheet, sheet_id, lock=lock)


def find_sheet_of(start_id: UUID, judge_id: UUID) -> ScoreSheet | None:
    own = select(ScoreSheet).where(ScoreSheet.start_id == start_id, ScoreSheet.judge_id == judge_id)
    return db.session.scalar(own)


def is_over(campaign_id: UUID) -> bool:
    """Whether the last round is final."""
    last = select(Round.state).where(Round.campaign_id == campaign_id, Round.is_last)
    return db.session.scalar(last) == RoundState.DONE


def list_winners(campaign_id: UUID) -> list[UUID]:
    """The members who won an award in the last round, in the order of the ranking."""
    won = (
        select(Contestant.member_id)
        .join(Start, (Start.zone_id == Contestant.zone_id) & (Start.contestant_id == Contestant.id))
        .join(Round, (Round.zone_id == Start.zone_id) & (Round.id == Start.round_id))
        .where(
            Start.campaign_id == campaign_id,
            Round.is_last,
            Start.award.is_not(None),
            Contestant.state == Registered.REGISTERED,
        )
        .order_by(Start.place, Start.number)
    )
    return [member_id for member_id in db.session.scalars(won) if member_id]


def list_certificates(campaign_id: UUID) -> Sequence[Row]:
    """Certificates for staff, by their serial numbers, each with the name of its holder."""
    found = (
        select(Certificate, Contestant.number, func.coalesce(TeamMember.name, Contestant.name).label("name"))
        .join(Contestant, (Contestant.zone_id == Certificate.zone_id) & (Contestant.id == Certificate.contestant_id))
        .outerjoin(TeamMember, (TeamMember.zone_id == Certificate.zone_id) & (TeamMember.id == Certificate.holder_id))
        .where(Certificate.campaign_id == campaign_id)
        .order_by(Certificate.serial)
    )
    return db.session.execute(found).all()


def find_own_certificate(holder_id: UUID) -> Row | None:
    found = select(*PUBLIC_OF_A_CERTIFICATE).where(Certificate.holder_id == holder_id)
    return db.session.execute(found).one_or_none()


def find_by_serial(serial: str) -> Row | None:
    """What anybody may read of a certificate."""
    return db.session.execute(select(*PUBLIC_OF_A_CERTIFICATE).where(Certificate.serial == serial)).one_or_none()


def find_certificate(certificate_id: UUID) -> Certificate:
    """A certificate, on the staff's plane; raises `NotFound`."""
    return find_row(Certificate, certificate_id)


def find_row(table: type[AnyRow], key: UUID, *, lock: bool = False) -> AnyRow:
    """A row of the zone's; raises `NotFound`."""
    found = db.session.get(table, (current_zone().id, key), with_for_update=lock, populate_existing=True)
    if found is None:
        raise NotFound
    return found
