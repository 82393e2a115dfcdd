"""How staff carry a round on: who competes in it, the ranking, its publishing, and the end of it."""

from collections import Counter
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.proposals import ProposalState
from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.i18n import moment
from app.core.identifiers.masks import mask_name
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.certifying import certify
from app.modules.events.kinds.competition.errors import RoundMovedOn, RoundNotReady
from app.modules.events.kinds.competition.impartial import require_no_judge
from app.modules.events.kinds.competition.judging import is_kept_from, tell_begun_to
from app.modules.events.kinds.competition.measuring import list_lists
from app.modules.events.kinds.competition.models import FULL, JUDGES, SHEET, Appeal, Contestant, Judge, Round, Start
from app.modules.events.kinds.competition.registering import list_strangers, require_outsider
from app.modules.events.kinds.competition.scoring import Ranked, Scored, award_of, rank, score
from app.modules.events.kinds.competition.settings import rules_of
from app.modules.events.kinds.competition.states import (
    CLOSE,
    CONCLUDE,
    OPEN,
    PUBLISH,
    TAKES_PART,
    AppealState,
    RoundState,
    SheetState,
)
from app.modules.events.kinds.competition.teams.queries import list_all_people
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.notifications.operations import notify
from tenants.context import current_actor
from tenants.database import db
from tenants.ids import uuid7


def take_step(round_id: UUID, action: str, *, seen: str | None = None) -> Round:
    """Carry a round one step on: `open`, `close`, `publish` or `conclude`.

    Raises `RoundMovedOn`, `ChangedMeanwhile`, `TakesPartThemselves`, `JudgesThemselves` for a judge who would compute a ranking, and
    `RoundNotReady`, which says what is missing.
    """
    held = queries.find_round(round_id, lock=True)
    require_outsider(current_actor(), held.campaign_id)
    require_seen(seen, held.mark, held)
    if action == CLOSE.action:
        require_no_judge(current_actor(), held.campaign_id)
    step = next((each for each in (OPEN, CLOSE, PUBLISH, CONCLUDE) if each.action == action), None)
    if step is None or held.state not in step.sources:
        raise RoundMovedOn
    campaign = find_campaign(held.campaign_id)
    _BEFORE[step.action](held, campaign)
    _set(held, step.target)
    _AFTER.get(step.action, _nothing)(held, campaign)
    touch_content()
    _remember(f"events.competition_{step.action}", held)
    return held


def reopen(held: Round, *, reason: str) -> None:
    """Open a round for scoring again, for one sheet: what was ranked is computed anew afterwards."""
    if held.state != RoundState.OPEN:
        _set(held, RoundState.OPEN)
        touch_content()
        _remember("events.competition_reopen", held, reason=reason)


def note_absent(start_id: UUID, *, absent: bool) -> Start:
    """Note that somebody did not come, or did after all. Raises `TakesPartThemselves`, `JudgesThemselves`, and `RoundMovedOn` for a
    round that is not open."""
    start = queries.find_start(start_id)
    require_outsider(current_actor(), start.campaign_id)
    require_no_judge(current_actor(), start.campaign_id)
    if queries.find_round(start.round_id).state != RoundState.OPEN:
        raise RoundMovedOn
    start.absent = absent
    db.session.flush()
    record("events.competition_absent", object_type="events_competition_round", object_id=start.round_id,
           number=start.number, absent=absent)  # fmt: skip
    return start


def _may_open(held: Round, campaign: Campaign) -> None:
    rounds = queries.list_rounds(campaign.id)
    if held.number == 1 and campaign.closed_at is None:
        raise RoundNotReady(_("Registration is open until %(time)s.", time=moment(campaign.closes_at)))
    if any(each.state != RoundState.DONE for each in rounds if each.number < held.number):
        raise RoundNotReady(_("The round before is not final yet."))
    who = _who_starts(held)
    strangers = list_strangers(campaign.id, who) if held.is_last else []
    if strangers:
        numbers = _(", ").join(str(each.number) for each in strangers[:20])
        raise RoundNotReady(_("Only members compete in the last round, and these are none: %(numbers)s. Let them join and "
                              "finish their registration, or exclude them.", numbers=numbers))  # fmt: skip
    if not who:
        raise RoundNotReady(_("Nobody takes part."))
    if queries.list_criteria(held.id, JUDGES) and not any(
        each.dismissed_at is None for each in queries.list_judges(campaign.id, held.id)
    ):
        raise RoundNotReady(_("Nobody judges this round yet: appoint judges."))


def _who_starts(held: Round) -> list[Contestant]:
    """All who registered, or who went on from the round before; by their numbers."""
    found = select(Contestant).where(
        Contestant.campaign_id == held.campaign_id, Contestant.state.in_(TAKES_PART)
    )  # fmt: skip
    if held.number > 1:
        went_on = (
            select(Start.contestant_id)
            .join(Round, (Round.zone_id == Start.zone_id) & (Round.id == Start.round_id))
            .where(Round.campaign_id == held.campaign_id, Round.number == held.number - 1, Start.goes_on)
        )
        found = found.where(Contestant.id.in_(went_on))
    return list(db.session.scalars(found.order_by(Contestant.number)))


def nobody_goes_on(campaign: Campaign) -> bool:
    """Whether the competition stops: the next round waits, and registration or the round before left nobody to start in it."""
    following = next((each for each in queries.list_rounds(campaign.id) if each.state != RoundState.DONE), None)
    if campaign.closed_at is None or following is None or following.state != RoundState.WAITING:
        return False
    return not _who_starts(following)


def _line_up(held: Round, _campaign: Campaign) -> None:
    for each in _who_starts(held):
        _line_up_one(held, each)
    db.session.flush()


def _line_up_one(held: Round, contestant: Contestant) -> None:
    shown_name = contestant.name if contestant.shown == FULL else mask_name(contestant.name)
    db.session.add(Start(id=uuid7(), campaign_id=held.campaign_id, round_id=held.id, contestant_id=contestant.id,
                         number=contestant.number, shown_name=shown_name, union_id=contestant.union_id))  # fmt: skip


def _compute(held: Round, campaign: Campaign) -> None:
    """Rank who competed; whoever was absent, or takes part no more, has no place."""
    competing = _competing(held)
    _require_sheets(held, competing)
    sheets = queries.list_sheets(held.id)
    criteria = queries.list_criteria(held.id)
    given: dict[UUID, list[list[int]]] = {}
    for sheet in sheets:
        if sheet.state == SheetState.SIGNED:
            given.setdefault(sheet.start_id, []).append(sheet.tenths)
    scored = [score(criteria, given.get(each.id, []), each.measured, each.id) for each, _who in competing]
    ranked = {each.scored.start_id: each for each in rank(scored)}
    awards = rules_of(campaign).awards
    for start, _union in queries.list_starts(held.id):
        _write(start, ranked.get(start.id), held, awards)
    db.session.flush()


def _write(start: Start, ranked: Ranked | None, held: Round, awards: dict[str, int]) -> None:
    found: Scored | None = ranked.scored if ranked else None
    start.score, start.tie_break = (found.score, found.tie_break) if found else (None, None)
    start.place = ranked.place if ranked else None
    start.goes_on = bool(ranked and held.go_on and ranked.place <= held.go_on)
    start.award = award_of(ranked.place, awards) if ranked and held.is_last else None


def _competing(held: Round) -> list[tuple[Start, Contestant]]:
    found = (
        select(Start, Contestant)
        .join(Contestant, (Contestant.zone_id == Start.zone_id) & (Contestant.id == Start.contestant_id))
        .where(Start.round_id == held.id, Start.absent.is_(False), Contestant.state.in_(TAKES_PART))
        .order_by(Start.number)
    )
    return [(start, contestant) for start, contestant in db.session.execute(found)]


def _require_sheets(held: Round, competing: list[tuple[Start, Contestant]]) -> None:
    """Raises `RoundNotReady` where a judge has not signed, nobody may score somebody, or the sheet of scores lacks one."""
    judges = [each for each in queries.list_judges(held.campaign_id, held.id) if each.dismissed_at is None]
    signed = {
        (each.start_id, each.judge_id) for each in queries.list_sheets(held.id) if each.state == SheetState.SIGNED
    }
    recused, teams = queries.list_recusals(held.id), list_all_people(held.campaign_id)
    if queries.list_criteria(held.id, JUDGES):
        for start, contestant in competing:
            out = recused.get(start.id, {})
            may: list[Judge] = [
                each for each in judges if each.id not in out and not is_kept_from(each, contestant, teams)
            ]
            if not any(each == start.id for each, _judge in signed) and not may:
                raise RoundNotReady(_("No judge may score number %(number)s: appoint one who is not of their union.", number=start.number))  # fmt: skip
            if missing := [each.name for each in may if (start.id, each.id) not in signed]:
                raise RoundNotReady(_("%(name)s has not signed the sheet of number %(number)s.", name=missing[0], number=start.number))  # fmt: skip
    if any(each.state == ProposalState.SUBMITTED for each in list_lists(held.id)):
        raise RoundNotReady(_("A sheet of scores waits for a second person."))
    measured = len(queries.list_criteria(held.id, SHEET))
    if lacking := [start.number for start, _who in competing if len(start.measured) != measured]:
        raise RoundNotReady(_("The sheet of scores lacks number %(number)s.", number=lacking[0]))


def _set_window(held: Round, campaign: Campaign) -> None:
    held.published_at = now()
    held.appeals_until = now() + rules_of(campaign).appeal


def _begin(held: Round, campaign: Campaign) -> None:
    _line_up(held, campaign)
    tell_begun_to(held)


def _tell_result(held: Round, campaign: Campaign) -> None:
    """Tell who goes on and who does not; again where that changed with a score that was looked at again."""
    if held.is_last:
        return
    following = next(each for each in queries.list_rounds(campaign.id) if each.number == held.number + 1)
    for start, contestant in _competing(held):
        if contestant.member_id is None:
            continue
        kind = "events.competition_next" if start.goes_on else "events.competition_out"
        params = {"title": campaign.title, "round": held.title, "next": following.title, "when": moment(following.starts_at), "venue": following.venue}  # fmt: skip
        notify(kind, contestant.member_id, params, dedupe_key=f"{kind}:{held.id}",
               href=f"/events/competition/{campaign.id}")  # fmt: skip


def _may_conclude(held: Round, _campaign: Campaign) -> None:
    if held.appeals_until and held.appeals_until > now():
        raise RoundNotReady(_("Contestants may appeal until %(time)s.", time=moment(held.appeals_until)))
    found = Counter(db.session.scalars(select(Appeal.state).where(Appeal.round_id == held.id)))
    if found[AppealState.OPEN]:
        raise RoundNotReady(_("An appeal is not answered yet."))


def _finish(held: Round, campaign: Campaign) -> None:
    if held.is_last:
        certify(held, campaign)


def _set(held: Round, target: StrEnum) -> None:
    held.state = target
    held.version += 1
    unsigned = RoundNotReady(_("A sheet is not signed yet: its judge signs it, or is dismissed."))
    with refused_as({"events_competition_rounds_signed": unsigned}):
        db.session.flush()


def _nothing(_held: Round, _campaign: Campaign) -> None:
    """A step after which there is nothing to do."""


_BEFORE = {"open": _may_open, "close": _compute, "publish": _set_window, "conclude": _may_conclude}
_AFTER = {"open": _begin, "publish": _tell_result, "conclude": _finish}


def _remember(action: str, held: Round, **detail: Any) -> None:
    record(action, object_type="events_competition_round", object_id=held.id, state=held.state, **detail)
