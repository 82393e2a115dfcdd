"""Drafting a notice, and publishing it: two people. A line says only what may be public."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.casework.access.rule import is_own
from app.casework.calendar.in_force import work_calendar
from app.casework.employers import path_above_employer
from app.casework.errors import OwnCase
from app.casework.kinds import CaseKind, casework_of, find_kind
from app.casework.models import Case
from app.casework.public_notice.errors import DraftOutdated, NotForNotice, NothingChosen, OwnDraft
from app.casework.public_notice.models import Listing, Notice, NoticeLine
from app.casework.public_notice.queries import find_notice, list_lines, may_be_listed
from app.casework.sealing import APPLICANT, unseal
from app.casework.trail import add_event, record
from app.core import audit
from app.core.clock import now, today_in_china
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.i18n import day
from app.core.identifiers import mask_name
from app.core.module_settings import module_settings
from app.core.outbox import emit
from app.core.seen import require_seen
from app.notifications.operations import notify
from app.unions.models import Union
from app.unions.queries import count_members
from tenants.context import Actor, current_zone
from tenants.database import db

LIST = "public_notice"
"""The line of a case's history that says it was put on public notice."""
NOT_ONES_OWN = "case_public_notices_not_one_s_own"
TELL = "casework.tell_listed"


def draft_notice(actor: Actor, module: str, notice_id: UUID, title: str, case_ids: Iterable[UUID]) -> Notice:
    """Put grants on a list that another person publishes; sent twice under one id it is one.

    Raises `NothingChosen`, `NotForNotice`, `OwnCase`, `NotFound`.
    """
    if not actor.may(casework_of(module).review) or actor.account_id is None:
        raise NotFound
    sent = db.session.get(Notice, (current_zone().id, notice_id))
    if sent is not None:
        return find_notice(module, notice_id)
    cases = _lock_grants(actor, module, set(case_ids))
    kinds = [find_kind(case.kind) for case in cases]
    notice = Notice(
        zone_id=current_zone().id, id=notice_id, module=module, title=title, days=max(map(_days, kinds)),
        shown_days=min(map(_shown_days, cases)), drafted_by=actor.account_id, drafted_by_name=actor.name,
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    _list(notice, cases)
    _remember(notice, "draft_notice")  # not how many: a reader of the trail may be kept from some of them
    return notice


def _days(kind: CaseKind) -> int:
    return kind.public_notice.days if kind.public_notice else 0


def _shown_days(case: Case) -> int:
    """For how many days its member agreed to be shown on a notice that has ended."""
    return find_kind(case.kind).consent_of(case.consent_version or "").notice_shown_days


def _lock_grants(actor: Actor, module: str, case_ids: set[UUID]) -> list[Case]:
    if not case_ids:
        raise NothingChosen(field="id")
    wanted = select(Case).where(Case.id.in_(case_ids), Case.module == module).order_by(Case.id).with_for_update()
    cases = list(db.session.execute(wanted.execution_options(populate_existing=True)).scalars())
    if any(is_own(actor, case) for case in cases):
        raise OwnCase
    if len(cases) < len(case_ids) or not all(may_be_listed(case, find_kind(case.kind)) for case in cases):
        raise NotForNotice(field="id")
    return cases


def _list(notice: Notice, cases: list[Case]) -> None:
    # In version 4, unlike in our own ids, no time is written: the order of lines tells nothing of the order of cases.
    listings = [Listing(id=uuid4(), case_id=case.id, member_id=case.member_id, notice_id=notice.id) for case in cases]
    try:
        with db.session.begin_nested():
            db.session.add_all(listings)
    except IntegrityError:
        raise NotForNotice(field="id") from None
    for listing, case in zip(listings, cases, strict=True):
        db.session.add(_line(notice, listing.id, case))
    db.session.flush()


def _line(notice: Notice, line_id: UUID, case: Case) -> NoticeLine:
    settings, path = module_settings(notice.module), case.union_path or ""
    if find_kind(case.kind).is_employer_blind:
        path = path_above_employer(path)
    return NoticeLine(
        id=line_id,
        notice_id=notice.id,
        masked_name=mask_name(unseal(case, APPLICANT)["name"]),
        union_name=_union_shown(path, settings["notice_least_members"]),
        kind=case.kind,
        amount_cents=case.amount_granted_cents if settings["notice_shows_amount"] else None,
    )


def _union_shown(path: str, least: int) -> str:
    """The union of the applicant, or the zone's where it has so few members that a masked name would tell who it is."""
    if count_members(path) < least:
        path = current_zone().union_path
    return db.session.scalars(select(Union.name).where(Union.path == path)).one()


def discard_notice(actor: Actor, module: str, notice_id: UUID) -> None:
    """Throw a draft away; its grants may be listed again. Raises `NotForNotice` for what was published, `NotFound`."""
    if not actor.may(casework_of(module).review):
        raise NotFound
    notice = _lock_draft(module, notice_id)
    if notice.published_at is not None:
        raise NotForNotice
    _remember(notice, "discard_notice")
    db.session.delete(notice)  # the database takes its lines along, also those that the actor is kept from
    db.session.flush()


def mark_of(notice: Notice) -> str:
    """The mark of how a notice stands (`app.core.seen`): its lines leave it one by one."""
    return f"{'published' if notice.published_at else 'draft'}-{len(list_lines(notice.id))}"


def publish_notice(actor: Actor, module: str, notice_id: UUID, *, seen: str | None = None) -> Notice:
    """Put a draft on public notice from today, as a second person; a worker tells its members. Sent twice it happens once.

    Raises `OwnDraft`, `OwnCase`, `NotForNotice` where nobody is on it any more, `DraftOutdated`, `ChangedMeanwhile`, `NotFound`.
    """
    if not actor.may(casework_of(module).decide):
        raise NotFound
    notice = _lock_draft(module, notice_id)
    if notice.published_at is not None and notice.published_by == actor.account_id:
        return notice
    if notice.drafted_by == actor.account_id:
        raise OwnDraft
    require_seen(seen, mark_of(notice))
    if not _cases_on(notice):
        raise NotForNotice
    if _is_outdated(notice):
        raise DraftOutdated
    ends_on = work_calendar().add_working_days(today_in_china(), notice.days)
    shown_until = ends_on + timedelta(days=min(notice.shown_days, module_settings(module)["notice_shown_days"]))
    _publish(actor, notice, ends_on, shown_until)
    _remember(notice, "publish_notice")  # not how many, as of a draft
    emit(TELL, dedupe_key=f"{TELL}:{notice.id}", payload={"notice_id": str(notice.id)}, account_id=actor.account_id)
    return notice


def _publish(actor: Actor, notice: Notice, ends_on: date, shown_until: date) -> None:
    """The database looks at all cases on the notice, also those that the actor is kept from. Raises `OwnCase`."""
    with refused_as({NOT_ONES_OWN: OwnCase}):
        notice.published_by, notice.published_by_name, notice.published_at = actor.account_id, actor.name, now()
        notice.ends_on, notice.shown_until = ends_on, shown_until


def tell_listed(notice_id: UUID) -> None:
    """Tell whoever is on a published notice, and note it on their cases; on the worker plane, which sees them all.

    Whoever published it may be kept from some of them, and learns nothing of these.
    """
    notice = db.session.get_one(Notice, (current_zone().id, notice_id))
    publisher = Actor(notice.published_by, name=notice.published_by_name)
    for case in _cases_on(notice):
        _tell(publisher, case, notice)


def _is_outdated(notice: Notice) -> bool:
    """Whether a line says something else than the zone's settings and the unions' sizes would have it say now."""
    statement = (
        select(NoticeLine, Case).join(Listing, Listing.id == NoticeLine.id).join(Case, Case.id == Listing.case_id)
    )
    drafted: Any = db.session.execute(statement.where(NoticeLine.notice_id == notice.id))
    return any(_said(line) != _said(_line(notice, line.id, case)) for line, case in drafted)


def _said(line: NoticeLine) -> tuple[object, ...]:
    return line.masked_name, line.union_name, line.kind, line.amount_cents


def _cases_on(notice: Notice) -> list[Case]:
    on_it = select(Case).join(Listing, Listing.case_id == Case.id).where(Listing.notice_id == notice.id)
    return list(db.session.execute(on_it.where(Listing.taken_off_at.is_(None)).order_by(Case.id)).scalars())


def _tell(actor: Actor, case: Case, notice: Notice) -> None:
    until = day(notice.ends_on)
    add_event(actor, case, LIST, is_shown=True)
    record(case, LIST)
    kind = f"{case.module}.public_notice"
    notify(kind, case.member_id, {"number": case.number, "zone": current_zone().name, "day": until},
           dedupe_key=f"{kind}:{notice.id}:{case.id}", href=f"/{case.module}/{case.id}")  # fmt: skip


def _lock_draft(module: str, notice_id: UUID) -> Notice:
    """A draft as committed now, held until the transaction ends; what was published is settled, and nobody can hold it."""
    statement = select(Notice).where(Notice.id == notice_id, Notice.module == module, Notice.published_at.is_(None))
    held = statement.with_for_update().execution_options(populate_existing=True)
    draft = db.session.execute(held).scalar_one_or_none()
    if draft is None:
        draft = find_notice(module, notice_id)
        db.session.refresh(draft)
    return draft


def _remember(notice: Notice, verb: str, **detail: Any) -> None:
    audit.record(
        f"{notice.module}.{verb}", object_type="case_public_notice", object_id=notice.id, title=notice.title, **detail
    )
