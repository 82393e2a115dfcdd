"""The desk's list of applications: filters, order, pages by key, and the rows as staff see them (masked)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select, tuple_

from app.core.clock import today_in_china
from app.core.identifiers import mask_name, mask_phone
from app.members.models import Member
from app.members.queries import members_here
from app.modules.help.deadlines import is_due_soon, is_late
from app.modules.help.models import Application
from app.modules.help.promises import SOON
from app.modules.help.sealing import APPLICANT, unseal_many
from app.modules.help.states import NUMBER, WAITING, State
from app.unions.queries import starts_with
from tenants.context import Actor
from tenants.database import db

PAGE = 50
NOBODY = "nobody"
MINE = "mine"
ON_THE_CLOCK = {"waiting", "late", "soon", *WAITING}
CLOCK = "clock"
NEWEST = "newest"
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to.

    `state` is a state, `waiting` (all on the clock), `late`, `soon` or `all`; `handler` an id, `mine` or `nobody`; `q` an
    application's number or the beginning of it, or of the applicant's name or given name; `order` is `clock` or `newest`.
    """

    state: str = "waiting"
    kind: str = ""
    handler: str = ""
    q: str = ""
    order: str = CLOCK
    after: str = ""

    @property
    def is_on_the_clock(self) -> bool:
        """Whether all that is shown has a promised day."""
        return self.state in ON_THE_CLOCK

    @property
    def by_clock(self) -> bool:
        """Whether the promised day orders the list; what has none, and what is asked for so, comes newest first."""
        return self.order == CLOCK and self.is_on_the_clock


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An application in the list; the person only masked. `urgency`: late, soon or empty; `is_member`: of a union here, today."""

    id: UUID
    number: str
    kind: str
    state: State
    name: str
    phone: str
    union: str
    amount_requested_cents: int
    amount_granted_cents: int | None
    submitted_at: datetime
    promised_by: date | None
    handler_name: str
    urgency: str
    is_member: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the list; `next_after` opens the next one, empty on the last."""

    rows: list[QueueRow]
    next_after: str


def list_queue(actor: Actor, filters: Filters, size: int = PAGE) -> QueuePage:
    """One page of the list."""
    found = db.session.execute(_ordered(_selected(actor, filters), filters).limit(size + 1)).all()
    rows = _shown(found[:size])
    return QueuePage(rows, _key(rows[-1], filters) if len(found) > size else "")


def each_in_queue(actor: Actor, filters: Filters) -> Iterator[QueueRow]:
    """Every row of the list, page by page."""
    filters = replace(filters, after="")
    while True:
        page = list_queue(actor, filters, 500)
        yield from page.rows
        if not page.next_after:
            return
        filters = replace(filters, after=page.next_after)


def list_handlers() -> list[tuple[UUID, str]]:
    """Who has taken applications here, for the filter."""
    statement = (
        select(Application.handler_id, Application.handler_name)
        .where(Application.handler_id.is_not(None))
        .distinct()
        .order_by(Application.handler_name)
        .limit(200)
    )
    return [(row.handler_id, row.handler_name) for row in db.session.execute(statement)]


def _selected(actor: Actor, filters: Filters) -> Any:
    statement: Any = select(
        Application.id, Application.member_id, Application.number, Application.kind, Application.state,
        Application.applicant_cipher,
        Application.amount_requested_cents, Application.amount_granted_cents, Application.submitted_at,
        Application.promised_by, Application.handler_name,
    ).where(Application.state != State.DRAFT)  # fmt: skip
    if filters.state == "waiting":
        statement = statement.where(Application.promised_by.is_not(None))
    elif filters.state in ("late", "soon"):
        statement = statement.where(is_late() if filters.state == "late" else is_due_soon())
    elif filters.state in set(State):
        statement = statement.where(Application.state == filters.state)
    if filters.q:
        statement = statement.where(_matches(filters.q))
    if filters.kind:
        statement = statement.where(Application.kind == filters.kind)
    if filters.handler == NOBODY:
        return statement.where(Application.handler_id.is_(None))
    handler = actor.account_id if filters.handler == MINE else parse_uuid(filters.handler)
    return statement.where(Application.handler_id == handler) if handler else statement


def _matches(q: str) -> ColumnElement[bool]:
    """A number begins with a digit or the letters of all numbers; alone, its last digits are a number of this year."""
    number = q.upper()
    if number.isascii() and number.isdigit() and len(number) <= 6:
        return Application.number == NUMBER.format(year=today_in_china().year, number=int(number))
    if number[0].isascii():
        return starts_with(Application.number, number)
    named = select(Member.id).where(or_(starts_with(Member.name, q), starts_with(Member.given_name, q)))
    return Application.member_id.in_(named)


def _ordered(statement: Any, filters: Filters) -> Any:
    """The order of the list, beginning after the key of the last row seen; a key that is none begins anew."""
    place, _, last = filters.after.partition("_")
    last_id = parse_uuid(last)
    if not filters.by_clock:
        if last_id and (last_at := _moment(place)):
            statement = statement.where(tuple_(Application.submitted_at, Application.id) < tuple_(last_at, last_id))
        return statement.order_by(Application.submitted_at.desc(), Application.id.desc())
    if last_id and (last_day := _day(place)):
        statement = statement.where(tuple_(Application.promised_by, Application.id) > tuple_(last_day, last_id))
    return statement.order_by(Application.promised_by, Application.id)


def _key(row: QueueRow, filters: Filters) -> str:
    return f"{row.promised_by}_{row.id}" if filters.by_clock else f"{row.submitted_at.isoformat()}_{row.id}"


def _shown(found: Sequence[Row[Any]]) -> list[QueueRow]:
    people = unseal_many([(row.id, row.applicant_cipher) for row in found], APPLICANT)
    members = members_here(row.member_id for row in found)
    return [_row(row, person, row.member_id in members) for row, person in zip(found, people, strict=True)]


def _row(row: Row[Any], person: str, is_member: bool) -> QueueRow:
    known = masked(json.loads(person))
    return QueueRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=State(row.state),
        name=known["name"],
        phone=known["phone"],
        union=known["union"],
        amount_requested_cents=row.amount_requested_cents,
        amount_granted_cents=row.amount_granted_cents,
        submitted_at=row.submitted_at,
        promised_by=row.promised_by,
        handler_name=row.handler_name,
        urgency=urgency(row.promised_by),
        is_member=is_member,
    )


def masked(person: dict[str, str]) -> dict[str, str]:
    """An applicant as staff see them without a reason."""
    return {"name": mask_name(person["name"]), "phone": mask_phone(person["phone"]), "union": person["union"]}


def urgency(promised_by: date | None) -> str:
    """`late` after the promised day, `soon` from two days before it, else empty."""
    if promised_by is None:
        return ""
    left = promised_by - today_in_china()
    return "late" if left < timedelta(0) else "soon" if left <= SOON else ""


def parse_uuid(text: str) -> UUID | None:
    """The id in a text, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
