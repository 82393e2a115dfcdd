"""Hearings as pages and calendars show them."""

from typing import Any

from flask import Response
from flask_babel import gettext as _

from app.core.clock import CHINA
from app.core.downloads import disposition
from app.core.ics import MEDIA_TYPE, CalendarEvent, calendar
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.hearings.queries import HearingLine


def values_of(line: HearingLine) -> dict[str, Any]:
    """A hearing as its form shows it."""
    starts_at = f"{line.hearing.starts_at.astimezone(CHINA):%Y-%m-%dT%H:%M}"
    return {**line.told, "stage": line.hearing.stage, "minutes": line.hearing.minutes, "starts_at": starts_at}


def told_event(line: HearingLine) -> CalendarEvent:
    """A hearing for the calendar of somebody who has a part in the case: with the place and what to bring."""
    told = line.told
    where = _(", ").join(filter(None, (told["forum"], told["place"])))
    more = "\n".join(filter(None, (told["docket"], told["bring"])))
    return _event(line.hearing, line.case.number, where, more)


def plain_event(line: HearingLine) -> CalendarEvent:
    """A hearing for a calendar that others may look into: the time and the number of the case."""
    return _event(line.hearing, line.case.number, "", "")


def ics_file(events: list[CalendarEvent], name: str) -> Response:
    response = Response(calendar(events), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition(f"{name}.ics", "hearing")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _event(hearing: Hearing, number: str | None, where: str, more: str) -> CalendarEvent:
    summary = _("Hearing %(number)s", number=number)
    return CalendarEvent(
        f"{hearing.id}@hearings", hearing.starts_at, hearing.ends_at, summary, hearing.version, where, more,
        is_cancelled=hearing.cancelled_at is not None,
    )  # fmt: skip
