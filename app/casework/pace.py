"""How often somebody may send a form of cases, or ask for what is costly to make: each route counts for itself, by account (`app.identity.limits`)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """So many times in each window of length `per`."""

    most: int
    per: timedelta


BY_HAND = Pace(120, timedelta(minutes=10))
"""Whatever a person does deed by deed; staff work through a list."""
AS_ONE_TYPES = Pace(600, timedelta(minutes=10))
"""A draft is saved a moment after each field."""
ONCE_IN_A_WHILE = Pace(30, timedelta(minutes=10))
"""What a member does with a case of their own now and then."""
PAGE_BY_PAGE = Pace(240, timedelta(minutes=10))
"""Pages drawn for one who leafs through papers: each is a process. More than the longest paper has (`pdf_files.MOST_PAGES`)."""
IN_CLEAR = Pace(60, timedelta(hours=1))
"""What shows in clear, or hands out, what is told of one person."""
WHOLE_LISTS = Pace(20, timedelta(hours=1))
"""What hands out many cases at once."""
