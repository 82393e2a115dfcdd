"""Appeals of contestants and corrections of sheets: one asks, another decides, and what is accepted opens sheets again."""

from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.modules.events.kinds.competition import appeals, queries
from app.modules.events.kinds.competition.errors import (
    AnswerMissing,
    AppealOver,
    DecidedBySomebodyElse,
    JudgesDismissed,
    MovedOn,
    OnlyTheCaptain,
    RoundMovedOn,
)
from app.modules.events.kinds.competition.impartial import judges_in
from app.modules.events.kinds.competition.models import Appeal, Correction, Judge, Round, ScoreSheet
from app.modules.events.kinds.competition.registering import require_outsider
from app.modules.events.kinds.competition.rounds import reopen
from app.modules.events.kinds.competition.states import AppealState, CorrectionState, RoundState, SheetState
from app.modules.events.queries import find_campaign
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def appeal(actor: Actor, appeal_id: UUID, start_id: UUID, reason: str) -> Appeal:
    """Appeal against one's own score while the window is open; sent twice it is one, with other words another. For a team its captain does.

    Raises `NotFound`, `OnlyTheCaptain`, `AppealOver`.
    """
    start = queries.find_start(start_id)
    contestant = queries.find_own(start.campaign_id, actor)
    if contestant is None or contestant.id != start.contestant_id:
        raise NotFound
    if contestant.team_id is not None and contestant.account_id != actor.account_id:
        raise OnlyTheCaptain
    before = db.session.get(Appeal, (current_zone().id, appeal_id))
    if before is not None and (before.start_id, before.reason) == (start_id, reason):
        return before
    take_turn(f"events.competition.appeal.{current_zone().id}.{start_id}")
    there = [each.state for each in appeals.list_own_appeals(contestant.id) if each.start_id == start_id]
    if not may_appeal(queries.find_round(start.round_id)) or AppealState.OPEN in there:
        raise AppealOver
    made = Appeal(id=uuid7() if before else appeal_id, campaign_id=start.campaign_id, round_id=start.round_id, start_id=start_id,
                  contestant_id=contestant.id, member_id=contestant.member_id, reason=reason)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("events.competition_appeal", object_type="events_competition_appeal", object_id=made.id,
           subject_member_id=made.member_id)  # fmt: skip
    return made


def may_appeal(held: Round) -> bool:
    """Whether contestants of a round may appeal now."""
    return held.state == RoundState.PUBLISHED and held.appeals_until is not None and now() < held.appeals_until


def answer(actor: Actor, appeal_id: UUID, *, accepts: bool, words: str) -> Appeal:
    """Accept an appeal, which opens the contestant's sheets again, or refuse it.

    Raises `MovedOn`, `AnswerMissing`, `RoundMovedOn`, `TakesPartThemselves`, and `DecidedBySomebodyElse` for who judges the round.
    """
    found = appeals.find_appeal(appeal_id, lock=True)
    require_outsider(actor, found.campaign_id)
    if found.state != AppealState.OPEN:
        raise MovedOn
    if not words:
        raise AnswerMissing(field="answer")
    if judges_in(actor, found.round_id):
        raise DecidedBySomebodyElse
    found.state = AppealState.ACCEPTED if accepts else AppealState.REFUSED
    found.answer, found.answered_by, found.answered_by_name, found.answered_at = (
        words,
        actor.account_id,
        actor.name,
        now(),
    )
    with refused_as({"events_competition_appeals_by_another": DecidedBySomebodyElse}):
        db.session.flush()
    if accepts:
        signed = select(ScoreSheet).where(ScoreSheet.start_id == found.start_id, ScoreSheet.state == SheetState.SIGNED)
        _open_again(found.round_id, list(db.session.scalars(signed)), found.id, words)
    record("events.competition_answer", object_type="events_competition_appeal", object_id=found.id,
           subject_member_id=found.member_id, state=found.state)  # fmt: skip
    if found.member_id:
        campaign = find_campaign(found.campaign_id)
        notify("events.competition_appeal", found.member_id, {"title": campaign.title, "answer": words},
               dedupe_key=f"events.competition_appeal:{found.id}", href=f"/events/competition/{campaign.id}")  # fmt: skip
    return found


def ask_correction(actor: Actor, correction_id: UUID, sheet_id: UUID, reason: str) -> Correction:
    """Ask to open a signed sheet again; sent twice it is one. Raises `MovedOn` for one that is not signed, or was asked for."""
    before = db.session.get(Correction, (current_zone().id, correction_id))
    if before is not None:
        return before
    sheet = queries.find_sheet(sheet_id, lock=True)
    asked = select(Correction.id).where(Correction.sheet_id == sheet_id, Correction.state == CorrectionState.ASKED)
    if sheet.state != SheetState.SIGNED or actor.account_id is None or db.session.scalar(asked):
        raise MovedOn
    made = Correction(id=correction_id, campaign_id=sheet.campaign_id, sheet_id=sheet_id, reason=reason,
                      asked_by=actor.account_id, asked_by_name=actor.name)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record(
        "events.competition_ask_correction", object_type="events_competition_sheet", object_id=sheet_id, reason=reason
    )
    return made


def decide_correction(actor: Actor, correction_id: UUID, *, grants: bool) -> Correction:
    """Grant a correction, which opens the sheet again, or refuse it.

    Raises `MovedOn`, `RoundMovedOn`, `TakesPartThemselves`, and `DecidedBySomebodyElse` for who asked or judges the round.
    """
    found = appeals.find_correction(correction_id, lock=True)
    require_outsider(actor, found.campaign_id)
    if found.state != CorrectionState.ASKED:
        raise MovedOn
    if found.asked_by == actor.account_id or judges_in(actor, queries.find_sheet(found.sheet_id).round_id):
        raise DecidedBySomebodyElse
    found.state = CorrectionState.GRANTED if grants else CorrectionState.REFUSED
    found.decided_by, found.decided_by_name, found.decided_at = actor.account_id, actor.name, now()
    with refused_as({"events_competition_corrections_by_another": DecidedBySomebodyElse}):
        db.session.flush()
    if grants:
        sheet = queries.find_sheet(found.sheet_id, lock=True)
        _open_again(sheet.round_id, [sheet], found.id, found.reason)
    record("events.competition_decide_correction", object_type="events_competition_sheet", object_id=found.sheet_id,
           state=found.state)  # fmt: skip
    return found


def _open_again(round_id: UUID, sheets: list[ScoreSheet], why: UUID, reason: str) -> None:
    """Open sheets to their judges again, and with them the round; those of judges who were dismissed stay as they are.

    Raises `RoundMovedOn`, and `JudgesDismissed` where no sheet would open.
    """
    held = queries.find_round(round_id, lock=True)
    if held.state not in (RoundState.OPEN, RoundState.CLOSED, RoundState.PUBLISHED):
        raise RoundMovedOn
    gone = set(db.session.scalars(select(Judge.id).where(Judge.round_id == round_id, Judge.dismissed_at.is_not(None))))
    opening = [sheet for sheet in sheets if sheet.judge_id not in gone]
    if sheets and not opening:
        raise JudgesDismissed
    reopen(held, reason=reason)
    for sheet in opening:
        sheet.state, sheet.reopened_for = SheetState.REOPENED, why
        sheet.version += 1
    db.session.flush()
