"""The desk's list of applications: filters, order, pages by key, and the rows as staff see them (masked)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_

from app.core.clock import today_in_china
from app.core.identifiers import mask_name, mask_phone
from app.modules.help.models import Application
from app.modules.help.sealing import APPLICANT, unseal_many
from app.modules.help.states import WAITING, State
from tenants.context import Actor
from tenants.database import db

PAGE = 50
NOBODY = "nobody"
MINE = "mine"
SOON_DAYS = 2


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. `state` is a state, `waiting` (all on the clock) or `all`; `handler` an id, `mine` or `nobody`."""

    state: str = "waiting"
    kind: str = ""
    handler: str = ""
    after: str = ""

    @property
    def by_clock(self) -> bool:
        """Whether the promised day orders the list; without one, the newest come first."""
        return self.state == "waiting" or self.state in WAITING


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An application in the list; the person only masked. `urgency`: late, soon or empty."""

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
        Application.id, Application.number, Application.kind, Application.state, Application.applicant_cipher,
        Application.amount_requested_cents, Application.amount_granted_cents, Application.submitted_at,
        Application.promised_by, Application.handler_name,
    ).where(Application.state != State.DRAFT)  # fmt: skip
    if filters.state == "waiting":
        statement = statement.where(Application.promised_by.is_not(None))
    elif filters.state in set(State):
        statement = statement.where(Application.state == filters.state)
    if filters.kind:
        statement = statement.where(Application.kind == filters.kind)
    if filters.handler == NOBODY:
        return statement.where(Application.handler_id.is_(None))
    handler = actor.account_id if filters.handler == MINE else parse_uuid(filters.handler)
    return statement.where(Application.handler_id == handler) if handler else statement


def _ordered(statement: Any, filters: Filters) -> Any:
    """The order of the list, beginning after the key of the last row seen; a key that is none begins anew."""
    day, _, last = filters.after.partition("_")
    last_id = parse_uuid(last)
    if not filters.by_clock:
        if last_id:
            statement = statement.where(Application.id < last_id)
        return statement.order_by(Application.id.desc())
    if last_id and (last_day := _day(day)):
        statement = statement.where(tuple_(Application.promised_by, Application.id) > tuple_(last_day, last_id))
    return statement.order_by(Application.promised_by, Application.id)


def _key(row: QueueRow, filters: Filters) -> str:
    return f"{row.promised_by}_{row.id}" if filters.by_clock else f"_{row.id}"


def _shown(found: Sequence[Row[Any]]) -> list[QueueRow]:
    people = unseal_many([(row.id, row.applicant_cipher) for row in found], APPLICANT)
    return [_row(row, person) for row, person in zip(found, people, strict=True)]


def _row(row: Row[Any], person: str) -> QueueRow:
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
    )


def masked(person: dict[str, str]) -> dict[str, str]:
    """An applicant as staff see them without a reason."""
    return {"name": mask_name(person["name"]), "phone": mask_phone(person["phone"]), "union": person["union"]}


def urgency(promised_by: date | None) -> str:
    """`late` after the promised day, `soon` from two days before it, else empty."""
    if promised_by is None:
        return ""
    left = (promised_by - today_in_china()).days
    return "late" if left < 0 else "soon" if left <= SOON_DAYS else ""


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
