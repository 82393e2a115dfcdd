"""What runs by the clock, and what follows from a case that comes in."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.casework import deadlines, lapsing, recounting
from app.casework.assignment import giving_anew
from app.casework.assignment import operations as assignment
from app.casework.handover import jobs as _handover  # noqa: F401 - registers its jobs
from app.casework.issuing import jobs as _letters  # noqa: F401 - registers its job
from app.casework.pauses import operations as pauses
from app.casework.public_notice import drafting, promises
from app.casework.public_notice.listing import take_down_due
from app.casework.retention.drafts import end_drafts
from app.casework.retention.erasing import erase_due
from app.casework.retention.holds import end_holds_that_are_over
from app.casework.retention.requests import ERASE_JOB
from app.core.jobs import job, periodic
from tenants.context import current_actor


@periodic("casework.watch", title=_("Watch promised answers"), every=timedelta(minutes=15))
def watch() -> None:
    deadlines.watch(current_actor())
    promises.watch(current_actor())


@periodic("casework.recount", title=_("Count promised days by the calendar in force"), every=timedelta(hours=1))
def recount() -> None:
    recounting.recount_clocks(current_actor())


@periodic("casework.lapse", title=_("Close what was answered"), every=timedelta(hours=1))
def lapse() -> None:
    lapsing.lapse(current_actor())


@periodic("casework.resume", title=_("Go on with cases whose pause is over"), every=timedelta(minutes=15))
def resume() -> None:
    pauses.resume_due(current_actor())


@periodic(ERASE_JOB, title=_("Erase cases that are kept no longer"), every=timedelta(hours=6), even_closed=True)
def erase() -> None:
    end_holds_that_are_over()
    erase_due()


@periodic("casework.drafts", title=_("Delete drafts nobody goes on with"), every=timedelta(hours=12))
def drafts() -> None:
    end_drafts()


@periodic(
    "casework.take_down",
    title=_("Take public notices down whose days are over"),
    every=timedelta(hours=1),
    even_closed=True,
)
def take_down() -> None:
    take_down_due()


@job("casework.assign", title=_("Give a case to a handler"))
def assign(case_id: str) -> None:
    assignment.assign(current_actor(), UUID(case_id))


@job("casework.give_anew", title=_("Give a case anew"))
def give_anew(case_id: str) -> None:
    giving_anew.give_anew(current_actor(), UUID(case_id))


@job(drafting.TELL, title=_("Tell who is on a public notice"))
def tell_listed(notice_id: str) -> None:
    drafting.tell_listed(UUID(notice_id))
