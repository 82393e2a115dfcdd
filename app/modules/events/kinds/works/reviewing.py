"""Staff look at each work: it is shown, or the member reads why not."""

from uuid import UUID

from app.core.audit import record
from app.core.clock import now
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.errors import ReasonMissing
from app.modules.events.kinds.works.errors import WorkMovedOn
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.pictures import drop_pictures, show_pictures
from app.modules.events.kinds.works.queries import find_work
from app.modules.events.kinds.works.states import State
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db


def accept(actor: Actor, work_id: UUID, *, seen: str) -> Work:
    """Show a work. Raises `WorkMovedOn`, `ChangedMeanwhile`, `NotFound`."""
    work = _decide(actor, work_id, State.ACCEPTED, seen)
    drop_pictures(work.shown_file_ids)
    work.shown_file_ids = show_pictures(work.file_ids)
    db.session.add(ShownWork(id=work.id, campaign_id=work.campaign_id, title=work.title, words=work.words, author=work.author,
                             file_ids=work.shown_file_ids, sent_at=work.sent_at))  # fmt: skip
    db.session.flush()
    touch_content()
    _tell("events.works_accepted", work)
    _remember("events.works_accept", work)
    return work


def refuse(actor: Actor, work_id: UUID, *, reason: str, seen: str) -> Work:
    """Do not show a work; the member reads why, and may send it anew in time.

    Raises `WorkMovedOn`, `ChangedMeanwhile`, `ReasonMissing`, `NotFound`.
    """
    if not reason:
        raise ReasonMissing(field="reason")
    work = _decide(actor, work_id, State.REFUSED, seen)
    work.reason = reason
    db.session.flush()
    _tell("events.works_refused", work, reason=reason)
    _remember("events.works_refuse", work)
    return work


def _decide(actor: Actor, work_id: UUID, state: State, seen: str) -> Work:
    work = find_work(work_id, lock=True)
    require_seen(seen, work.mark, work)
    if work.state != State.SENT:
        raise WorkMovedOn
    work.state, work.version = state, work.version + 1
    work.decided_at, work.decided_by_name = now(), actor.name
    return work


def _tell(kind: str, work: Work, **words: str) -> None:
    notify(kind, work.member_id, {"title": work.title, **words}, dedupe_key=f"{kind}:{work.id}:{work.version}",
           href=f"/events/works/{work.campaign_id}")  # fmt: skip


def _remember(action: str, work: Work) -> None:
    record(action, object_type="events_work", object_id=work.id, subject_member_id=work.member_id, state=work.state)
