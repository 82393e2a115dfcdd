"""Judges: who judges which round, whom they don't score, and their sheets."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.identity.queries import Colleague
from app.modules.events.judging.duties import Duty
from app.modules.events.judging.errors import NamedByAnother, RecusedBefore
from app.modules.events.judging.telling import NEAR, tell_begun, tell_named, tell_near
from app.modules.events.judging.ties import is_tied, ties_of
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.errors import (
    AlreadyTakesPart,
    NotYourContestant,
    RoundMovedOn,
    SheetNotWhole,
    SheetSigned,
)
from app.modules.events.kinds.competition.models import JUDGES, Contestant, Judge, Recusal, Round, ScoreSheet, Start
from app.modules.events.kinds.competition.registering import require_outsider
from app.modules.events.kinds.competition.states import RoundState, SheetState
from app.modules.events.kinds.competition.teams.models import TeamMember
from app.modules.events.kinds.competition.teams.queries import is_in_a_team, list_all_people, list_people
from app.modules.events.kinds.competition.turns import hold_people
from app.modules.events.queries import find_campaign
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

REFUSALS = {
    "events_competition_sheets_recused": RecusedBefore,
    "events_competition_sheets_untied": NotYourContestant,
    "events_competition_sheets_whole": SheetNotWhole,
    "events_competition_sheets_signed": SheetSigned,
    "events_competition_sheets_judge": RoundMovedOn,
}
"""What the database looks at besides, by its constraints."""


def appoint(actor: Actor, campaign_id: UUID, colleague: Colleague, rounds: Iterable[UUID]) -> list[Judge]:
    """Let a colleague judge these rounds and no other; who scored in one stays its judge. Raises `NotFound`, `NamedByAnother`,
    `AlreadyTakesPart`, `TakesPartThemselves`.

    Whoever was dismissed and is appointed again goes on where they were.
    """
    require_outsider(actor, campaign_id)
    hold_people(campaign_id)
    takes_part = select(Contestant.id).where(
        Contestant.campaign_id == campaign_id, Contestant.account_id == colleague.account_id
    )
    if db.session.scalar(takes_part.limit(1)) or is_in_a_team(campaign_id, colleague.account_id):
        raise AlreadyTakesPart
    there = {
        each.round_id: each for each in queries.list_judges(campaign_id) if each.account_id == colleague.account_id
    }
    ties, wanted = ties_of(colleague.ties, colleague.member_id), set(rounds)
    if wanted - {each.id for each in queries.list_rounds(campaign_id)}:
        raise NotFound
    for round_id in wanted - there.keys():
        there[round_id] = Judge(id=uuid7(), campaign_id=campaign_id, round_id=round_id, account_id=colleague.account_id,
                                member_id=colleague.member_id, name=colleague.name, tied_paths=ties, appointed_by_name=actor.name)  # fmt: skip
        db.session.add(there[round_id])
    for round_id, judge in there.items():
        judge.tied_paths = ties
        judge.dismissed_at = None if round_id in wanted else judge.dismissed_at or now()
    with refused_as({"events_judges_by_another": NamedByAnother}):
        db.session.flush()
    record("events.competition_appoint", object_type="events_campaign", object_id=campaign_id,
           judge=str(colleague.account_id), rounds=len(wanted))  # fmt: skip
    for round_id in wanted:
        tell_named(there[round_id], duty_of(there[round_id], queries.find_round(round_id)))
    return [judge for judge in there.values() if judge.dismissed_at is None]


def is_kept_from(
    judge: Judge, contestant: Contestant, teams: Mapping[UUID, Sequence[TeamMember]] | None = None
) -> bool:
    """Whether a judge must not score a contestant: themselves, or one whose union stands on one line with a union of theirs; of a team
    whoever is in it. `teams` are the people of all teams, where they were read before."""
    people: list[Contestant | TeamMember] = [contestant]
    if contestant.team_id is not None:
        people += list_people(contestant.team_id) if teams is None else teams.get(contestant.team_id, ())
    return any(
        each.account_id == judge.account_id or is_tied(judge.tied_paths, each.union_path or "") for each in people
    )


def list_to_score(judge: Judge) -> list[tuple[Start, ScoreSheet | None]]:
    """Whom a judge scores, by their numbers, each with the sheet there is."""
    found = (
        select(Start, Contestant)
        .join(Contestant, (Contestant.zone_id == Start.zone_id) & (Contestant.id == Start.contestant_id))
        .where(Start.round_id == judge.round_id, Start.absent.is_(False))
        .order_by(Start.number)
    )
    sheets = {
        each.start_id: each for each in db.session.scalars(select(ScoreSheet).where(ScoreSheet.judge_id == judge.id))
    }
    recused = {start.id for _recusal, start in queries.list_recusals_of(judge)}
    teams = list_all_people(judge.campaign_id)
    return [
        (start, sheets.get(start.id))
        for start, contestant in db.session.execute(found)
        if start.id not in recused and not is_kept_from(judge, contestant, teams)
    ]


def list_duties(account_id: UUID | None, *, only_on: bool = False) -> list[Duty]:
    """The rounds somebody judges, or of these the open ones, each with how many sheets they signed."""
    found = queries.list_judged(account_id) if account_id else []
    return [duty_of(judge, held) for judge, held in found if not only_on or held.state == RoundState.OPEN]


def duty_of(judge: Judge, held: Round) -> Duty:
    """What a judge has to do in a round."""
    to_score = list_to_score(judge)
    signed = sum(sheet is not None and sheet.state == SheetState.SIGNED for _start, sheet in to_score)
    return Duty(
        str(held.id), f"{find_campaign(held.campaign_id).title} · {held.title}", f"/console/events/competition/judging/rounds/{held.id}",
        held.starts_at, held.ends_at, held.state == RoundState.OPEN, done=signed, owing=len(to_score),
    )  # fmt: skip


def tell_begun_to(held: Round) -> None:
    """Tell the judges of a round that it is on."""
    for judge in queries.list_judges(held.campaign_id, held.id):
        if judge.dismissed_at is None:
            tell_begun(judge, duty_of(judge, held))


def remind_judges() -> None:
    """Remind who still owes signed sheets, a day before the end of a round that lasts longer. On the worker plane."""
    near = select(Round).where(
        Round.state == RoundState.OPEN,
        Round.ends_at - NEAR <= now(),
        Round.ends_at > now(),
        Round.ends_at - Round.starts_at > NEAR,
    )
    for held in db.session.scalars(near).all():
        for judge in queries.list_judges(held.campaign_id, held.id):
            duty = duty_of(judge, held)
            if judge.dismissed_at is None and duty.owed:
                tell_near(judge, duty)


def recuse(actor: Actor, start_id: UUID, *, reason: str) -> Recusal:
    """Score a contestant of one's round no more: no sheet is expected, and what was kept without a signature never counts.

    Raises `NotFound` for who doesn't judge them, `RoundMovedOn`, `SheetSigned`, `RecusedBefore`.
    """
    start = queries.find_start(start_id)
    judge = queries.find_judge(start.round_id, actor.account_id)
    take_turn(queries.sheet_turn(start_id, judge.id))
    if queries.find_round(start.round_id).state != RoundState.OPEN:
        raise RoundMovedOn
    sheet = queries.find_sheet_of(start_id, judge.id)
    if sheet is not None and sheet.state == SheetState.SIGNED:
        raise SheetSigned
    recusal = Recusal(id=uuid7(), campaign_id=start.campaign_id, round_id=start.round_id, start_id=start_id, judge_id=judge.id,
                      reason=reason)  # fmt: skip
    db.session.add(recusal)
    with refused_as({"events_competition_recusals_once": RecusedBefore}):
        db.session.flush()
    record("events.competition_recuse", object_type="events_competition_round", object_id=start.round_id,
           judge=str(judge.account_id), number=start.number)  # fmt: skip
    return recusal


def write_sheet(
    actor: Actor, start_id: UUID, tenths: Sequence[int | None], *, sign: bool = False, seen: str | None = None
) -> ScoreSheet:
    """Keep what a judge gives, and fix it where they `sign`. Values are tenths in the order of the judges' criteria.

    Raises `NotFound` for who doesn't judge that round, `RoundMovedOn`, `NotYourContestant`, `SheetSigned`, `SheetNotWhole`,
    `ChangedMeanwhile`, `RecusedBefore`.
    """
    start = queries.find_start(start_id)
    judge = queries.find_judge(start.round_id, actor.account_id)
    take_turn(queries.sheet_turn(start_id, judge.id))
    judge.tied_paths = ties_of(actor.ties, actor.member_id)
    if queries.find_round(start.round_id).state != RoundState.OPEN or start.absent:
        raise RoundMovedOn
    if is_kept_from(judge, queries.find_contestant(start.contestant_id)):
        raise NotYourContestant
    asked = queries.list_criteria(start.round_id, JUDGES)
    if any(given is not None and not 0 <= given <= each.highest for each, given in zip(asked, tenths, strict=True)):
        raise SheetNotWhole
    if sign and None in tenths:
        raise SheetNotWhole
    sheet = queries.find_sheet_of(start_id, judge.id)
    require_seen(seen, sheet.mark if sheet else "", sheet)
    if sheet is None:
        sheet = ScoreSheet(id=uuid7(), campaign_id=start.campaign_id, round_id=start.round_id, start_id=start_id,
                           judge_id=judge.id, version=0)  # fmt: skip
        db.session.add(sheet)
    elif sheet.state == SheetState.SIGNED:
        raise SheetSigned
    sheet.tenths = list(tenths)  # type: ignore[assignment]
    sheet.version += 1
    if sign:
        sheet.state, sheet.signed_at = SheetState.SIGNED, now()
    with refused_as(REFUSALS):
        db.session.flush()
    if sign:
        record(
            "events.competition_sign", object_type="events_competition_sheet", object_id=sheet.id, number=start.number
        )
    return sheet
