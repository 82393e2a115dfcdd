"""How a case is shown: the line of steps, what is promised, papers as responses."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from flask import Response
from flask_babel import gettext as _

from app.casework.clock_runs import find_promise
from app.casework.clocks import LAST_SECOND
from app.casework.forms import yuan
from app.casework.handover.deeds import ARRIVE
from app.casework.kinds import ANSWER, CaseKind, find_kind
from app.casework.models import Case, CaseClock
from app.casework.queries import HistoryLine
from app.casework.states import Phase, State, Who
from app.core.clock import CHINA, now
from app.core.downloads import disposition
from app.core.files import StoredFile
from app.core.i18n import day, moment
from app.core.identifiers import national_form
from app.core.pdf_files import PICTURE_TYPE

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
    state, behind = kind.table[case.state], _behind(kind, history)
    since = behind.pop().at if behind and _is_how_it_came(kind, behind[-1], state) else None
    titles = dict(kind.own.milestones) | {step.action: step.title for step in kind.table.steps}
    steps = [
        ShownStep(_("Submitted"), moment(case.submitted_at), "", "done"),
        *(
            ShownStep(_("Handed over from"), moment(line.at), line.note, "done")
            for line in history
            if line.action == ARRIVE
        ),
        *(ShownStep(str(titles[line.action]), moment(line.at), "", "done") for line in behind),
    ]
    if state.phase.is_over:
        return [*steps, ShownStep(str(state.told), moment(case.closed_at), "", "done")]
    if state.phase is Phase.RETURNED:
        current = ShownStep(str(state.told), moment(since), _completed(state), "current")
    elif state.phase is Phase.ANSWERED:
        note = _("It closes by itself when nothing more comes for %(days)s days.", days=state.days)
        return [*steps, ShownStep(str(state.told), moment(since), note, "current")]
    else:
        promise = find_promise(case, kind)
        current = ShownStep(str(state.told), moment(since), _promise(promise), "current")
        if promise is not None and promise.clock != ANSWER:
            return [*steps, current, ShownStep(str(kind.declared(promise.clock).title), "", "", "todo")]
    return [*steps, current, ShownStep(_("Answer"), "", "", "todo")]


def _behind(kind: CaseKind, history: list[HistoryLine]) -> list[HistoryLine]:
    """What led to another state or was told since the case was first handed in; of what happened several times, the last."""
    told = {step.action for step in kind.table.steps if step.tells or step.target not in step.sources}
    lines = [line for line in history if line.action in told | set(kind.own.milestones)][1:]
    last = {line.action: line for line in lines}
    return [line for line in lines if last[line.action] is line]


def _is_how_it_came(kind: CaseKind, line: HistoryLine, state: State) -> bool:
    """Whether the line led to where the case stands, as far as the member is told."""
    step = kind.table.find_step(line.action)
    leads_on = step is not None and step.target not in step.sources
    return leads_on and kind.table[line.to_state].told == state.told


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


def told_reason(case: Case, history: list[HistoryLine]) -> str:
    """The reason the union gave with the last return or decision, while the case stands there."""
    by_staff = {step.action for step in find_kind(case.kind).table.steps if step.who is not Who.APPLICANT}
    told = (line for line in reversed(history) if line.action in by_staff)
    return next((line.note for line in told if line.to_state == case.state), "")


def paper_response(stored: StoredFile, data: bytes) -> Response:
    """A paper for exactly this reader; PDFs are saved rather than opened."""
    return _for_this_reader(data, stored.media_type, stored.name, inline=stored.media_type.startswith("image/"))


def page_response(stored: StoredFile, picture: bytes, number: int) -> Response:
    """A page of a PDF as a picture for exactly this reader."""
    return _for_this_reader(picture, PICTURE_TYPE, f"{PurePath(stored.name).stem} {number}.webp", inline=True)


def _for_this_reader(data: bytes, media_type: str, name: str, *, inline: bool) -> Response:
    """Never cached, never sniffed, never run."""
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(name, "paper", inline=inline)
    response.headers["Content-Security-Policy"] = PAPER_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def words() -> dict[str, Any]:
    """What every page of cases may call."""
    return {"yuan": yuan, "phone": national_form, "promised": promised}
