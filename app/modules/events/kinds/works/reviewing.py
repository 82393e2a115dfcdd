"""Staff look at each work: it is shown, or the member reads why not; what is shown may be taken down until all is settled."""

from uuid import UUID

from flask_babel import gettext as _

from app.core.audit import record
from app.core.clock import now
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.errors import NotOpen, ReasonMissing
from app.modules.events.kinds.works.errors import WorkMovedOn
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.pictures import drop_pictures, show_pictures
from app.modules.events.kinds.works.queries import find_work
from app.modules.events.kinds.works.sending import require_outsider, show_no_more
from app.modules.events.kinds.works.states import State
from app.modules.events.queries import find_campaign
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db


def accept(actor: Actor, work_id: UUID, *, seen: str) -> Work:
    """Show a work, while the campaign is open. Raises `NotOpen`, `TakesPartThemselves`, `WorkMovedOn`, `ChangedMeanwhile`, `NotFound`."""
    work = find_work(work_id, lock=True)
    if not find_campaign(work.campaign_id).is_open_at(now()):
        raise NotOpen
    _decide(actor, work, State.ACCEPTED, seen)
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

    Raises `TakesPartThemselves`, `WorkMovedOn`, `ChangedMeanwhile`, `ReasonMissing`, `NotFound`.
    """
    if not reason:
        raise ReasonMissing(_("Say why: the member reads it."), field="reason")
    work = find_work(work_id, lock=True)
    _decide(actor, work, State.REFUSED, seen)
    work.reason = reason
    db.session.flush()
    _tell("events.works_refused", work, reason=reason)
    _remember("events.works_refuse", work)
    return work


def take_down(actor: Actor, work_id: UUID, *, reason: str, seen: str) -> Work:
    """Show a work no more, until it has its place in the ranking; its votes go, the sweep removes its public pictures.

    Raises `TakesPartThemselves`, `WorkMovedOn`, `ChangedMeanwhile`, `ReasonMissing`, `NotFound`.
    """
    if not reason:
        raise ReasonMissing(_("Say why: the member reads it."), field="reason")
    work = find_work(work_id, lock=True)
    _decide(actor, work, State.REFUSED, seen, before=State.ACCEPTED)
    work.reason = reason
    db.session.flush()
    show_no_more(work.id)
    touch_content()
    _tell("events.works_taken_down", work, reason=reason)
    _remember("events.works_take_down", work)
    return work


def _decide(actor: Actor, work: Work, state: State, seen: str, *, before: State = State.SENT) -> None:
    require_outsider(actor, work.campaign_id)
    require_seen(seen, work.mark, work)
    if work.state != before:
        raise WorkMovedOn
    work.state, work.version = state, work.version + 1
    work.decided_at, work.decided_by_name = now(), actor.name


def _tell(kind: str, work: Work, **words: str) -> None:
    notify(kind, work.member_id, {"title": work.title, **words}, dedupe_key=f"{kind}:{work.id}:{work.version}",
           href=f"/events/works/{work.campaign_id}")  # fmt: skip


def _remember(action: str, work: Work) -> None:
    record(action, object_type="events_work", object_id=work.id, subject_member_id=work.member_id, state=work.state)
