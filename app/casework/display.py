"""How a case is shown: the line of steps, what is promised, papers as responses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from app.casework.clock_runs import find_promise
from app.casework.clocks import LAST_SECOND
from app.casework.forms import yuan
from app.casework.kinds import ANSWER, CaseKind, find_kind
from app.casework.models import Case, CaseClock
from app.casework.queries import HistoryLine
from app.casework.states import Phase, State, Who
from app.core.clock import CHINA, now
from app.core.downloads import disposition
from app.core.files import StoredFile
from app.core.i18n import day, moment
from app.core.identifiers import national_form

PAPER_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A point on the member's line of steps; `state` is done, current or todo."""

    title: str
    at: str
    note: str
    state: str


def promised(at: datetime | None) -> str:
    """A promised moment: the day where it is a whole one, else to the minute."""
    if at is None:
        return ""
    return day(at) if at.astimezone(CHINA).time() == LAST_SECOND else moment(at)


def progress(case: Case, kind: CaseKind, history: list[HistoryLine]) -> list[ShownStep]:
    """The way of a case as the member sees it: what is behind, where it stands, what comes next and by when."""
    state = kind.table[case.state]
    steps = [ShownStep(_("Submitted"), moment(case.submitted_at), "", "done")]
    if state.phase is Phase.DECIDED or case.appealed_at is not None:
        steps += [ShownStep(_("In review"), moment(_taken(kind, history)), "", "done"), *_appealed(case, kind, history)]
    if state.phase.is_over:
        return [*steps, ShownStep(str(state.told), moment(case.closed_at), "", "done")]
    if case.appealed_at is not None:
        current = ShownStep(str(state.told), moment(case.appealed_at), _promise(find_promise(case, kind)), "current")
    elif state.phase is Phase.RETURNED:
        current = ShownStep(str(state.told), moment(_last(history, case.state)), _completed(state), "current")
    elif state.phase is Phase.ANSWERED:
        note = _("It closes by itself when nothing more comes for %(days)s days.", days=state.days)
        return [*steps, ShownStep(str(state.told), moment(_last(history, case.state)), note, "current")]
    else:
        taken = _taken(kind, history) if case.handler_id else None
        promise = find_promise(case, kind)
        current = ShownStep(str(state.told), moment(taken), _promise(promise), "current")
        if promise is not None and promise.clock != ANSWER:
            return [*steps, current, ShownStep(str(kind.declared(promise.clock).title), "", "", "todo")]
    return [*steps, current, ShownStep(_("Answer"), "", "", "todo")]


def _appealed(case: Case, kind: CaseKind, history: list[HistoryLine]) -> list[ShownStep]:
    """The decision that was appealed and, once there is another one, that it was."""
    if case.appealed_at is None:
        return []
    first = next(line for line in history if kind.table[line.to_state].phase is Phase.DECIDED)
    decided = ShownStep(str(kind.table[first.to_state].told), moment(first.at), "", "done")
    appealed = ShownStep(_("Appealed"), moment(case.appealed_at), "", "done")
    return [decided, appealed] if case.closed_at else [decided]


def _promise(promise: CaseClock | None) -> str:
    """By when the union is heard of, or that it is late or waits."""
    if promise is None:
        return _("The promised day waits while something is missing that is not in the union’s hands.")
    by = promised(promise.due_at)
    if promise.due_at < now():
        return _("We promised an answer by %(day)s and are late. The case handlers have been reminded.", day=by)
    if promise.clock != ANSWER:
        return _("You hear of us again by %(day)s at the latest.", day=by)
    return _("We answer by %(day)s at the latest.", day=by)


def _completed(state: State) -> str:
    """What the member does with a returned case, and what becomes of one that is left."""
    ends = _("If nothing more comes for %(days)s days, it is closed.", days=state.days)
    return _("Then submit it again.") + " " + ends


def _last(history: list[HistoryLine], state: str) -> datetime | None:
    return next((line.at for line in reversed(history) if line.to_state == state), None)


def _taken(kind: CaseKind, history: list[HistoryLine]) -> datetime | None:
    taking = {step.action for step in kind.table.steps if step.takes}
    return next((line.at for line in reversed(history) if line.action in taking), None)


def told_reason(case: Case, history: list[HistoryLine]) -> str:
    """The reason the union gave with the last return or decision, while the case stands there."""
    by_staff = {step.action for step in find_kind(case.kind).table.steps if step.who is not Who.APPLICANT}
    told = (line for line in reversed(history) if line.action in by_staff)
    return next((line.note for line in told if line.to_state == case.state), "")


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
    """What every page of cases may call."""
    return {"yuan": yuan, "phone": national_form, "promised": promised}
