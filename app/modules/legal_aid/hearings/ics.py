"""Hearings as calendars read them (RFC 5545): times in UTC, lines of at most 75 octets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.core.clock import now

MEDIA_TYPE = "text/calendar"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
_MOST = 75


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
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Unionhall//Hearings//ZH", "CALSCALE:GREGORIAN"]
    lines += [line for event in events for line in _lines(event)]
    return "".join(_folded(line) + "\r\n" for line in (*lines, "END:VCALENDAR"))


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_at(now())}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_at(event.starts_at)}"
    yield f"DTEND:{_at(event.ends_at)}"
    if event.is_cancelled:
        yield "STATUS:CANCELLED"
    for name, text in (("SUMMARY", event.summary), ("LOCATION", event.location), ("DESCRIPTION", event.description)):
        if text:
            yield f"{name}:{text.translate(_ESCAPED)}"
    yield "END:VEVENT"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """The line in parts of at most 75 octets, none of which breaks a character; each but the first begins with a blank."""
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > _MOST:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]).decode()
