"""How an application is shown: amounts, the line of steps, papers as responses."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Response
from flask_babel import format_currency
from flask_babel import gettext as _

from app.core.clock import today_in_china
from app.core.downloads import disposition
from app.core.files import StoredFile
from app.core.i18n import day, moment
from app.core.identifiers import national_form
from app.modules.help.models import Application
from app.modules.help.queries import HistoryLine
from app.modules.help.states import MEMBER_TITLES, State

PAPER_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def yuan(cents: int | None) -> str:
    """`¥1,200.50` of 120050 cents; empty for no amount."""
    return "" if cents is None else format_currency(Decimal(cents) / 100, "CNY")


@dataclass(frozen=True, slots=True)
class Step:
    """A point on the member's line of steps; `state` is done, current or todo."""

    title: str
    at: str
    note: str
    state: str


def progress(application: Application, history: list[HistoryLine]) -> list[Step]:
    """The way of an application as the member sees it: what is behind, where it stands, what comes next and by when."""
    state = State(application.state)
    steps = [Step(_("Submitted"), moment(application.submitted_at), "", "done")]
    if state is State.WITHDRAWN:
        return [*steps, Step(_("Withdrawn"), moment(application.closed_at), "", "done")]
    if state is State.RETURNED:
        return [
            *steps,
            Step(_("Please complete"), moment(_last(history, "return")), _("Then submit it again."), "current"),
            Step(_("Decision"), "", "", "todo"),
        ]
    if state in (State.APPROVED, State.REFUSED):
        reviewed = Step(_("Reviewed"), moment(_last(history, "take")), "", "done")
        return [*steps, reviewed, Step(str(MEMBER_TITLES[state]), moment(application.closed_at), "", "done")]
    taken = _last(history, "take") if state is not State.SUBMITTED else None
    return [
        *steps,
        Step(str(MEMBER_TITLES[state]), moment(taken), _promise(application), "current"),
        Step(_("Decision"), "", "", "todo"),
    ]


def _promise(application: Application) -> str:
    """By when an answer is promised, or that it is late; empty while nothing is promised."""
    if application.promised_by is None:
        return ""
    if application.promised_by < today_in_china():
        return _("We promised an answer by %(day)s and are late. The case handlers have been reminded.",
                 day=day(application.promised_by))  # fmt: skip
    return _("We answer by %(day)s at the latest.", day=day(application.promised_by))


def _last(history: list[HistoryLine], action: str) -> datetime | None:
    return next((line.at for line in reversed(history) if line.action == action), None)


def told_reason(application: Application, history: list[HistoryLine]) -> str:
    """The reason given with the last return or decision, while the application stands there."""
    return next((line.note for line in reversed(history) if line.to_state == application.state), "")


def paper_response(stored: StoredFile, data: bytes) -> Response:
    """A paper for exactly this reader: never cached, never sniffed, never run; PDFs are saved rather than opened."""
    response = Response(data, mimetype=stored.media_type)
    is_picture = stored.media_type.startswith("image/")
    response.headers["Content-Disposition"] = disposition(stored.name, "paper", inline=is_picture)
    response.headers["Content-Security-Policy"] = PAPER_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def words() -> dict[str, Any]:
    """What every page of help may call."""
    return {"yuan": yuan, "phone": national_form}
