"""Judges: who judges which round, whom they don't score, and their sheets."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.identity.queries import Colleague
from app.modules.events.judging.ties import is_tied, ties_of
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.errors import (
    AlreadyTakesPart,
    NotYourContestant,
    RoundMovedOn,
    SheetNotWhole,
    SheetSigned,
)
from app.modules.events.kinds.competition.models import JUDGES, Contestant, Judge, ScoreSheet, Start
from app.modules.events.kinds.competition.registering import require_outsider
from app.modules.events.kinds.competition.states import RoundState, SheetState
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

REFUSALS = {
    "events_competition_sheets_untied": NotYourContestant,
    "events_competition_sheets_whole": SheetNotWhole,
    "events_competition_sheets_signed": SheetSigned,
    "events_competition_sheets_judge": RoundMovedOn,
}
"""What the database looks at besides, by its constraints."""


def appoint(actor: Actor, campaign_id: UUID, colleague: Colleague, rounds: Iterable[UUID]) -> list[Judge]:
    """Let a colleague judge these rounds and no other; who scored in one stays its judge. Raises `NotFound`, `AlreadyTakesPart`,
    `TakesPartThemselves`.

    Whoever was dismissed and is appointed again goes on where they were.
    """
    require_outsider(actor, campaign_id)
    take_turn(f"events.competition.judges.{current_zone().id}.{campaign_id}")
    takes_part = select(Contestant.id).where(
        Contestant.campaign_id == campaign_id, Contestant.account_id == colleague.account_id
    )
    if db.session.scalar(takes_part.limit(1)):
        raise AlreadyTakesPart
    there = {
        each.round_id: each for each in queries.list_judges(campaign_id) if each.account_id == colleague.account_id
    }
    ties, wanted = ties_of(colleague.ties, colleague.member_id), set(rounds)
    if wanted - {each.id for each in queries.list_rounds(campaign_id)}:
        raise NotFound
    for round_id in wanted - there.keys():
        there[round_id] = Judge(id=uuid7(), campaign_id=campaign_id, round_id=round_id, account_id=colleague.account_id,
                                name=colleague.name, tied_paths=ties, appointed_by_name=actor.name)  # fmt: skip
        db.session.add(there[round_id])
    for round_id, judge in there.items():
        judge.tied_paths = ties
        judge.dismissed_at = None if round_id in wanted else judge.dismissed_at or now()
    db.session.flush()
    record("events.competition_appoint", object_type="events_campaign", object_id=campaign_id,
           judge=str(colleague.account_id), rounds=len(wanted))  # fmt: skip
    return [judge for judge in there.values() if judge.dismissed_at is None]


def is_kept_from(judge: Judge, contestant: Contestant) -> bool:
    """Whether a judge must not score a contestant: themselves, or one whose union stands on one line with a union of theirs."""
    return contestant.account_id == judge.account_id or is_tied(judge.tied_paths, contestant.union_path or "")


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
    return [
        (start, sheets.get(start.id))
        for start, contestant in db.session.execute(found)
        if not is_kept_from(judge, contestant)
    ]


def write_sheet(
    actor: Actor, start_id: UUID, tenths: Sequence[int | None], *, sign: bool = False, seen: str | None = None
) -> ScoreSheet:
    """Keep what a judge gives, and fix it where they `sign`. Values are tenths in the order of the judges' criteria.

    Raises `NotFound` for who doesn't judge that round, `RoundMovedOn`, `NotYourContestant`, `SheetSigned`, `SheetNotWhole`,
    `ChangedMeanwhile`.
    """
    start = queries.find_start(start_id)
    judge = queries.find_judge(start.round_id, actor.account_id)
    take_turn(f"events.competition.sheet.{current_zone().id}.{start_id}.{judge.id}")
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
