"""The list of members as a workbook, masked like the page, written page by page."""

from collections.abc import Iterator
from typing import IO

from flask_babel import gettext as _

from app.core.sheets import write_sheet
from app.members import words
from app.members.errors import TooMany
from app.members.queries import MemberFilter, list_members
from app.members.rows import MemberRow

PORTION = 2_000
MOST = 100_000
_FIELDS = ("name", "gender", "birth_date", "phone", "id_number", "union", "position", "member_number", "joined_on")


def write_members(target: IO[bytes], filters: MemberFilter) -> int:
    """Write the members who fit, and return how many. Raises `TooMany` for more than `MOST`."""
    headers = [str(words.FIELDS[name]) for name in _FIELDS] + [_("Real name")]
    widths = {headers[4]: 24.0, headers[3]: 16.0, headers[5]: 36.0}
    return write_sheet(target, headers, _lines(filters), widths=widths, title=_("Members"))


def _lines(filters: MemberFilter) -> Iterator[tuple[object, ...]]:
    after, written = "", 0
    while True:
        page = list_members(filters, after=after, limit=PORTION)
        written += len(page.rows)
        if written > MOST:
            raise TooMany
        yield from map(_line, page.rows)
        if not page.next:
            return
        after = page.next


def _line(row: MemberRow) -> tuple[object, ...]:
    gender = str(words.GENDERS[row.gender]) if row.gender else ""
    verified = _("Verified") if row.verified_at else _("Not verified")
    return (row.name, gender, row.birth_date, row.phone, row.id_number, row.union_name, row.position, row.member_number,
            row.joined_on, verified)  # fmt: skip
