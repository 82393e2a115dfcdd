"""Plays: begun, played and ended. All who do something in one campaign at one moment are served in one transaction, one after the other."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.core.audit import record
from app.core.clock import now, today_in_china
from app.core.errors import DomainError, NotFound
from app.core.identifiers.masks import mask_name
from app.members.models import Member
from app.modules.events.draws.drawing import read_seed
from app.modules.events.entering import add_entries, require_open, require_open_for
from app.modules.events.kinds.game import catching, pairs
from app.modules.events.kinds.game.errors import AlreadyHandedIn, AlreadyWon, NoNumbers, NoPlaysToday
from app.modules.events.kinds.game.models import Best, Board, Play, Turn
from app.modules.events.kinds.game.settings import CATCH, MATCH, WHEEL, Rules, rules_of
from app.modules.events.kinds.game.wheel import prize_of, ticket_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.giving import give_prize
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.queries import list_prizes
from app.modules.events.queries import find_campaign, find_entry
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

LASTS = {WHEEL: timedelta(0), CATCH: catching.LASTS + catching.ALLOWANCE, MATCH: pairs.LASTS}
EMPTY = "empty"
"""What becomes of a ticket whose prize has no piece left."""
Deed = Callable[[Campaign], Any]


def begin(member_id: UUID, campaign_id: UUID, play_id: UUID) -> UUID:
    """Begin a play, or turn the wheel; the id of the play, of the one that runs where there is one. Sent twice with one id it is one.

    Raises `NotFound`, `NotOpen`, `NotInvited`, `NoPlaysToday`, `AlreadyWon`, `TooMany`, `Crowded`.
    """
    require_open_for(member_id, find_campaign(campaign_id))
    return _ask(member_id, campaign_id, partial(_begin, member_id, play_id))


def turn_card(member_id: UUID, campaign_id: UUID, play_id: UUID, *, step: int, place: int) -> None:
    """Turn one card over, of the board as it stood after `step` cards; of another it changes nothing, so that sent twice it is once.

    Raises `NotFound`, `TooMany`, `Crowded`.
    """
    _ask(member_id, campaign_id, partial(_turn_card, member_id, play_id, step, place))


def hand_in(member_id: UUID, campaign_id: UUID, play_id: UUID, log: str) -> None:
    """Hand in how the basket was moved; the points are reckoned here. The same log sent twice is one.

    Raises `NotFound`, `AlreadyHandedIn`, `TooMany`, `Crowded`.
    """
    _ask(member_id, campaign_id, partial(_hand_in, member_id, play_id, log))


def take_number(member_id: UUID, campaign_id: UUID) -> None:
    """Take a number in the draw without playing, for who can't: the same chance as all who reach the points.

    Raises `NotFound`, `NotOpen`, `NotInvited`, `NoNumbers`, `TooMany`, `Crowded`.
    """
    require_open_for(member_id, find_campaign(campaign_id))
    _ask(member_id, campaign_id, partial(_take_number, member_id))


def close_late(campaign_id: UUID, member_id: UUID | None = None, limit: int = 1_000) -> int:
    """End plays whose time is up, a member's or everybody's; how many. On the worker plane."""
    late = select(Play).where(Play.campaign_id == campaign_id, Play.ended_at.is_(None), Play.deadline < now())
    if member_id:
        late = late.where(Play.member_id == member_id)
    found = db.session.scalars(late.order_by(Play.id).limit(limit).with_for_update()).all()
    for play in found:
        _end(play, play.deadline, _table_of(play.id)[1].points if play.game == MATCH else 0)
    return len(found)


def _ask(member_id: UUID, campaign_id: UUID, deed: Deed) -> Any:
    _presses.count(member_id)
    answer = _deeds.ask(campaign_id, deed)
    if isinstance(answer, DomainError):
        raise answer
    return answer


def _serve(campaign_id: UUID, deeds: Sequence[Deed]) -> list[Any]:
    take_turn(f"events.game.{current_zone().id}.{campaign_id}")
    campaign = find_campaign(campaign_id, kind="game")
    return [_answer(campaign, deed) for deed in deeds]


def _answer(campaign: Campaign, deed: Deed) -> Any:
    """What a deed gives back, or its refusal; what it wrote before that is kept, as the count of logs sent again."""
    try:
        return deed(campaign)
    except DomainError as refusal:
        return refusal


def _begin(member_id: UUID, play_id: UUID, campaign: Campaign) -> UUID:
    before = db.session.get(Play, (current_zone().id, play_id))
    if before is not None:
        return _own(before, campaign, member_id).id
    require_open(campaign)
    close_late(campaign.id, member_id)
    running = select(Play.id).where(
        Play.campaign_id == campaign.id, Play.member_id == member_id, Play.ended_at.is_(None)
    )
    if found := db.session.scalar(running):
        return found
    rules, entry_id = rules_of(campaign), _enter(campaign, member_id)
    if count_today(campaign.id, member_id) >= rules.tries_a_day:
        raise NoPlaysToday
    if db.session.get(Win, (current_zone().id, entry_id)) is not None:
        raise AlreadyWon
    play = _play(campaign, rules, member_id, play_id, entry_id)
    if rules.is_wheel:
        _turn_wheel(campaign, rules, play)
    elif rules.game == MATCH:
        db.session.add(Board(id=play.id, cards=pairs.deal(), shown=pairs.Table().shown))
        db.session.flush()
    return play.id


def count_today(campaign_id: UUID, member_id: UUID) -> int:
    """How many plays a member began on this day of China time."""
    today = select(func.count()).select_from(Play).where(Play.campaign_id == campaign_id, Play.member_id == member_id)
    return db.session.scalar(today.where(Play.day == today_in_china())) or 0


def _enter(campaign: Campaign, member_id: UUID) -> UUID:
    """The member's entry, with a line in the ranking; made where there is none."""
    for entered in add_entries(campaign.id, [member_id]):
        record("events.enter", object_type="events_campaign", object_id=campaign.id, subject_member_id=entered)
    entry = find_entry(campaign.id, member_id)
    if entry is None:
        raise NotFound
    if db.session.get(Best, (current_zone().id, entry.id)) is None:
        name = db.session.get_one(Member, member_id).name
        db.session.add(Best(id=entry.id, campaign_id=campaign.id, shown_name=mask_name(name)))
        db.session.flush()
    return entry.id


def _play(campaign: Campaign, rules: Rules, member_id: UUID, play_id: UUID, entry_id: UUID) -> Play:
    moment = now()
    play = Play(
        id=play_id, campaign_id=campaign.id, entry_id=entry_id, member_id=member_id, game=rules.game, day=today_in_china(),
        started_at=moment, deadline=moment + LASTS[rules.game],
        seed=catching.new_seed() if rules.game == CATCH else None,
    )  # fmt: skip
    db.session.add(play)
    db.session.flush()
    record(
        "events.game_begin",
        object_type="events_campaign",
        object_id=campaign.id,
        subject_member_id=member_id,
        game=rules.game,
    )
    return play


def _turn_wheel(campaign: Campaign, rules: Rules, play: Play) -> None:
    play.ended_at, play.points, play.milliseconds = play.started_at, 0, 0
    db.session.flush()
    last = select(func.max(Turn.number)).where(Turn.campaign_id == campaign.id)
    number = (db.session.scalar(last) or 0) + 1
    ticket = ticket_of(read_seed(campaign.id), number, rules.turns)
    prizes = list_prizes(campaign.id)
    place = prize_of(ticket, [each.quantity for each in prizes])
    turn = Turn(id=play.id, campaign_id=campaign.id, number=number, ticket=ticket)
    if place is not None:
        href = f"/events/game/{campaign.id}"
        win = give_prize(current_actor(), campaign, prizes[place], play.member_id, href=href)
        turn.prize_id, turn.outcome = prizes[place].id, win.outcome if win else EMPTY
    db.session.add(turn)
    db.session.flush()


def _turn_card(member_id: UUID, play_id: UUID, step: int, place: int, campaign: Campaign) -> None:
    play = _find(campaign, play_id, member_id, MATCH)
    board, table = _table_of(play_id)
    if play.ended_at is None and now() > play.deadline:
        _end(play, play.deadline, table.points)
    if play.ended_at is not None or step != board.step:
        return
    turned = pairs.turn_over(table, board.cards, place)
    if turned == table:
        return
    board.shown, board.open_cards, board.misses = turned.shown, list(turned.open_cards), turned.misses
    board.step += 1
    db.session.flush()
    if turned.is_done:
        _end(play, now(), turned.points)


def _hand_in(member_id: UUID, play_id: UUID, log: str, campaign: Campaign) -> None:
    play = _find(campaign, play_id, member_id, CATCH)
    if play.ended_at is not None:
        if log[: catching.LONGEST_LOG] != play.moves:
            play.sent_again += 1
            db.session.flush()
            raise AlreadyHandedIn
        return
    seed = play.seed or 0
    judged = catching.judge(seed, log, started_at=play.started_at, deadline=play.deadline, moment=now())
    play.moves = log[: catching.LONGEST_LOG]
    if isinstance(judged, catching.Refusal):
        play.refusal = judged
        record(
            "events.game_refuse",
            object_type="events_campaign",
            object_id=campaign.id,
            subject_member_id=member_id,
            why=judged,
        )
    _end(play, min(now(), play.deadline), 0 if play.refusal else int(judged))


def _take_number(member_id: UUID, campaign: Campaign) -> None:
    require_open(campaign)
    rules = rules_of(campaign)
    if rules.is_wheel or not rules.is_draw:
        raise NoNumbers
    best = db.session.get_one(Best, (current_zone().id, _enter(campaign, member_id)))
    if not best.has_number:
        best.has_number = True
        record("events.game_number", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)
    db.session.flush()


def _end(play: Play, moment: datetime, points: int) -> None:
    """Keep the result, and in the ranking the best of the entry: of equal points the quicker. What was refused counts nowhere."""
    milliseconds = round((moment - play.started_at).total_seconds() * 1000) if play.game == MATCH else 0
    play.ended_at, play.points, play.milliseconds = moment, points, milliseconds
    db.session.flush()
    best = db.session.get_one(Best, (current_zone().id, play.entry_id))
    if not play.refusal and (best.points is None or (points, -milliseconds) > (best.points, -(best.milliseconds or 0))):
        best.points, best.milliseconds, best.reached_at = points, milliseconds, moment
        db.session.flush()


def _find(campaign: Campaign, play_id: UUID, member_id: UUID, game: str) -> Play:
    found = db.session.get(Play, (current_zone().id, play_id))
    if found is None or found.game != game:
        raise NotFound
    return _own(found, campaign, member_id)


def _own(play: Play, campaign: Campaign, member_id: UUID) -> Play:
    if play.campaign_id != campaign.id or play.member_id != member_id:
        raise NotFound
    return play


def _table_of(play_id: UUID) -> tuple[Board, pairs.Table]:
    board = db.session.get_one(Board, (current_zone().id, play_id))
    return board, pairs.Table(board.shown, tuple(board.open_cards), board.misses)


_deeds = Coalescer(_serve)
_presses = Presses("events.game", most=240, seconds=60)
