"""The desk's list of cases: filters, order, pages by key, and the rows as staff see them (masked)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select, tuple_

from app.casework.conversation.unread import has_unread_from_member
from app.casework.deadlines import end_of_soon, is_due_soon, is_late
from app.casework.kinds import casework_of, find_kind
from app.casework.models import Case, CaseName
from app.casework.operations import NUMBER
from app.casework.pauses.queries import is_held
from app.casework.queries import is_at_the_desk
from app.casework.sealing import APPLICANT, name_index, unseal_many
from app.casework.states import Phase, State
from app.core.clock import now, today_in_china
from app.core.forms import parse_uuid
from app.core.halfwidth import fold
from app.core.identifiers import mask_name, mask_phone
from app.members.queries import members_here
from app.unions.queries import starts_with
from tenants.context import Actor, current_zone
from tenants.database import db

PAGE = 50
NOBODY = "nobody"
MINE = "mine"
OPEN = "open"
LATE = "late"
SOON_DUE = "soon"
NEWS = "news"
PAUSED = "paused"
ALL = "all"
SPANS = (OPEN, LATE, SOON_DUE, NEWS, PAUSED, ALL)
CLOCK = "clock"
NEWEST = "newest"
LONGEST_SEARCH = 40
URGENT = "urgent~"
"""Begins the key of an urgent row, in the order by the clock."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to.

    `state` is a state, `open` (the union's turn), `late`, `soon`, `news` (a member's message
    nobody has read), `paused` or `all`; `handler` an id, `mine` or `nobody`; `q` a case's
    number or the beginning of it, or the beginning of the applicant's name, or their given name; `order` is `clock` or `newest`.
    """

    state: str = OPEN
    kind: str = ""
    handler: str = ""
    q: str = ""
    order: str = CLOCK
    after: str = ""

    @property
    def by_clock(self) -> bool:
        """Whether the promised moment orders the list; what has none, and what is asked for so, comes newest first."""
        return self.order == CLOCK and self.state != ALL


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the list; the person only masked. `urgency`: late, soon or empty; `is_member`: of a union here, today."""

    id: UUID
    number: str
    kind: str
    state: State
    name: str
    phone: str
    union: str
    amount_requested_cents: int | None
    amount_granted_cents: int | None
    submitted_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    handler_name: str
    urgency: str
    is_urgent: bool
    is_member: bool
    has_news: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the list; `next_after` opens the next one, empty on the last."""

    rows: list[QueueRow]
    next_after: str


def list_queue(actor: Actor, module: str, filters: Filters, size: int = PAGE) -> QueuePage:
    """One page of the list."""
    found = db.session.execute(_ordered(_selected(actor, module, filters), filters).limit(size + 1)).all()
    rows = _shown(found[:size])
    return QueuePage(rows, _key(rows[-1], filters) if len(found) > size else "")


def each_in_queue(actor: Actor, module: str, filters: Filters) -> Iterator[QueueRow]:
    """Every row of the list, page by page."""
    filters = replace(filters, after="")
    while True:
        page = list_queue(actor, module, filters, 500)
        yield from page.rows
        if not page.next_after:
            return
        filters = replace(filters, after=page.next_after)


def list_handlers(module: str) -> list[tuple[UUID, str]]:
    """Who has taken cases here, for the filter."""
    statement = (
        select(Case.handler_id, Case.handler_name)
        .where(Case.module == module, Case.handler_id.is_not(None), is_at_the_desk())
        .distinct()
        .order_by(Case.handler_name)
        .limit(200)
    )
    return [(row.handler_id, row.handler_name) for row in db.session.execute(statement)]


def _selected(actor: Actor, module: str, filters: Filters) -> Any:
    statement: Any = select(
        Case.id, Case.member_id, Case.number, Case.kind, Case.state, Case.applicant_cipher, Case.amount_requested_cents,
        Case.amount_granted_cents, Case.submitted_at, Case.due_at, Case.paused_at, Case.handler_name, Case.is_urgent,
        has_unread_from_member().label("has_news"),
    ).where(Case.module == module, is_at_the_desk())  # fmt: skip
    if filters.state == OPEN:
        statement = statement.where(Case.phase == Phase.OPEN)
    elif filters.state in (LATE, SOON_DUE):
        statement = statement.where(is_late() if filters.state == LATE else is_due_soon())
    elif filters.state == NEWS:
        statement = statement.where(has_unread_from_member())
    elif filters.state == PAUSED:
        statement = statement.where(is_held(Case.id))
    elif filters.state != ALL:
        statement = statement.where(Case.state == filters.state)
    if filters.q:
        statement = statement.where(_matches(filters.q, module))
    if filters.kind:
        statement = statement.where(Case.kind == filters.kind)
    if filters.handler == NOBODY:
        return statement.where(Case.handler_id.is_(None))
    handler = actor.account_id if filters.handler == MINE else parse_uuid(filters.handler)
    return statement.where(Case.handler_id == handler) if handler else statement


def _matches(q: str, module: str) -> ColumnElement[bool]:
    """A number begins with the letters of all numbers; digits alone are the last ones of a number of this year or the last."""
    number = fold(q).upper()
    if number.isascii() and number.isdigit():
        prefixes = {kind.number for kind in casework_of(module).kinds}
        this_year = today_in_china().year
        return Case.number.in_([
            NUMBER.format(prefix=prefix, year=year, number=int(number))
            for prefix in prefixes for year in (this_year, this_year - 1)
        ])  # fmt: skip
    if number[0].isascii():
        return starts_with(Case.number, number)
    return Case.id.in_(select(CaseName.case_id).where(CaseName.name_index == name_index(current_zone().id, q)))


def _ordered(statement: Any, filters: Filters) -> Any:
    """The order of the list, beginning after the key of the last row seen; a key that is none begins anew.

    By the clock, what is urgent comes first; of either, what is paused or has no clock comes last.
    """
    place, _, last = filters.after.partition("_")
    last_id, last_at = parse_uuid(last), _moment(place.removeprefix(URGENT))
    if not filters.by_clock:
        if last_id and last_at:
            statement = statement.where(tuple_(Case.submitted_at, Case.id) < tuple_(last_at, last_id))
        return statement.order_by(Case.submitted_at.desc(), Case.id.desc())
    if last_id:
        statement = statement.where(_follows(last_id, last_at, was_urgent=place.startswith(URGENT)))
    return statement.order_by(Case.is_urgent.desc(), Case.due_at, Case.id)


def _follows(last_id: UUID, last_at: datetime | None, *, was_urgent: bool) -> ColumnElement[bool]:
    """What comes after a row in the order by the clock."""
    if last_at:
        rest = or_(tuple_(Case.due_at, Case.id) > tuple_(last_at, last_id), Case.due_at.is_(None))
    else:
        rest = and_(Case.due_at.is_(None), Case.id > last_id)
    return or_(~Case.is_urgent, rest) if was_urgent else and_(~Case.is_urgent, rest)


def _key(row: QueueRow, filters: Filters) -> str:
    if not filters.by_clock:
        return f"{row.submitted_at.isoformat()}_{row.id}"
    return f"{URGENT if row.is_urgent else ''}{row.due_at.isoformat() if row.due_at else ''}_{row.id}"


def _shown(found: Sequence[Row[Any]]) -> list[QueueRow]:
    people = unseal_many([(row.id, row.applicant_cipher) for row in found], APPLICANT)
    members = members_here(row.member_id for row in found)
    return [_row(row, person, row.member_id in members) for row, person in zip(found, people, strict=True)]


def _row(row: Row[Any], person: dict[str, str], is_member: bool) -> QueueRow:
    known = masked(person)
    return QueueRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=find_kind(row.kind).table[row.state],
        name=known["name"],
        phone=known["phone"],
        union=known["union"],
        amount_requested_cents=row.amount_requested_cents,
        amount_granted_cents=row.amount_granted_cents,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        paused_at=row.paused_at,
        handler_name=row.handler_name,
        urgency=urgency(row.due_at),
        is_urgent=row.is_urgent,
        is_member=is_member,
        has_news=row.has_news,
    )


def masked(person: dict[str, str]) -> dict[str, str]:
    """An applicant as staff see them without a reason."""
    return {"name": mask_name(person["name"]), "phone": mask_phone(person["phone"]), "union": person["union"]}


def urgency(due_at: datetime | None) -> str:
    """`late` after the promised moment, `soon` when it is near, else empty."""
    if due_at is None:
        return ""
    return "late" if due_at < now() else "soon" if due_at < end_of_soon() else ""


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
