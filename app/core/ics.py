"""Events as calendars read them (RFC 5545): times in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

from app.core.clock import now

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event; `sequence` counts its changes."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    sequence: int
    location: str = ""
    description: str = ""
    is_cancelled: bool = False


def calendar(events: Iterable[CalendarEvent]) -> str:
    """The events as a calendar."""
    written = Calendar({"VERSION": "2.0", "PRODID": "-//Unionhall//ZH", "CALSCALE": "GREGORIAN"})
    for event in events:
        written.add_component(_written(event))
    return written.to_ical().decode()


def _written(event: CalendarEvent) -> Event:
    written = Event()
    written.add("uid", event.uid)
    written.add("dtstamp", now())
    written.add("sequence", event.sequence)
    written.add("dtstart", event.starts_at.astimezone(UTC))
    written.add("dtend", event.ends_at.astimezone(UTC))
    if event.is_cancelled:
        written.add("status", "CANCELLED")
    for name, text in (("summary", event.summary), ("location", event.location), ("description", event.description)):
        if text:
            written.add(name, text)
    return written
