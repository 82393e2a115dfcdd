"""Counts a time limit of the law from another day: the one that was told was wrong, or it was interrupted. The member is told."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from app.casework import clock_runs
from app.casework.clock_runs import Limit
from app.casework.errors import NotTheHandler, WrongState
from app.casework.kinds import CaseKind, find_kind
from app.casework.limits.errors import NeverInterrupted, NotRunning, NotWithin, SameDay
from app.casework.models import Case
from app.casework.queries import find_last_event, lock_case
from app.casework.reviews import readable
from app.casework.sealing import unseal_notes
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import CHINA, now
from app.core.i18n import day as shown
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import Actor

CORRECT = "correct_limit"
INTERRUPT = "interrupt_limit"
DEEDS = (CORRECT, INTERRUPT)
CHANGED = "limit_changed"


def count_limit_from(
    actor: Actor, case_id: UUID, key: str, deed: str, day: date, reason: str, *, seen: str | None = None
) -> None:
    """Let a limit of a case under way begin anew with `day`, no later than today: corrected, or interrupted (时效中断).

    Sent twice it is done once. Until the union's aid is granted the case is returned and the member corrects their own words.
    Raises `NotTheHandler`, `WrongState`, `ChangedMeanwhile`, `NotRunning`, `NeverInterrupted`, `NotWithin`, `SameDay`, and what
    `reviews.readable` does.
    """
    case = lock_case(readable(actor, case_id).id)
    kind = find_kind(case.kind)
    if seen == case.former_mark and _is_done(actor, case, deed, reason) and _counts_from(case, kind, key, day):
        return
    require_seen(seen, case.mark)
    if case.handler_id != actor.account_id:
        raise NotTheHandler
    if not is_under_way(case):
        raise WrongState
    limit = next((each for each in list_changeable(case, kind) if each.clock.key == key), None)
    if limit is None:
        raise NotRunning(field="limit")
    _require_sense(limit, deed, day)
    clock = clock_runs.count_from(case, kind, key, day)
    words = _("%(limit)s: counted from %(day)s, not from %(before)s. Last day: %(last)s.",
              limit=limit.clock.title, day=day, before=limit.counts_from, last=shown(clock.due_at))  # fmt: skip
    _tell(actor, case, deed, f"{words}\n{reason}")


def is_under_way(case: Case) -> bool:
    """Whether two people have agreed that the case goes on, so that it is not returned to the member any more."""
    return case.phase == Phase.OPEN and case.accepted_by is not None


def list_changeable(case: Case, kind: CaseKind) -> list[Limit]:
    """The running limits that count from a day that was told."""
    return [limit for limit in clock_runs.list_limits(case, kind) if limit.clock.begins is not None]


def _counts_from(case: Case, kind: CaseKind, key: str, day: date) -> bool:
    return any((limit.clock.key, limit.counts_from) == (key, day) for limit in list_changeable(case, kind))


def _is_done(actor: Actor, case: Case, deed: str, reason: str) -> bool:
    """Whether this was the actor's last change of a limit of the case, for this reason."""
    last = find_last_event(case.id, DEEDS)
    if last is None or (last.action, last.account_id) != (deed, actor.account_id):
        return False
    return unseal_notes([(last.id, last.note_cipher)])[0].partition("\n")[2] == reason


def _require_sense(limit: Limit, deed: str, day: date) -> None:
    if deed == INTERRUPT and not limit.clock.may_be_interrupted:
        raise NeverInterrupted(field="deed")
    if day == limit.counts_from:
        raise SameDay(field="limit_day")
    if deed == INTERRUPT and not limit.counts_from < day <= limit.ends_at.astimezone(CHINA).date():
        raise NotWithin(field="limit_day")


def _tell(actor: Actor, case: Case, deed: str, words: str) -> None:
    case.version += 1
    case.updated_at = now()
    add_event(actor, case, deed, words, is_shown=True)
    record(case, deed)
    notify(f"{case.module}.{CHANGED}", case.member_id, {"number": case.number},
           dedupe_key=f"{case.module}.{CHANGED}:{case.id}:{case.version}", href=f"/{case.module}/{case.id}")  # fmt: skip
