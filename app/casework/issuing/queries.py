"""The letters of a case, each called by what it decides."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.casework.issuing.models import CaseLetter
from app.casework.kinds import find_kind
from app.casework.letters.declarations import Letter
from app.casework.models import Case
from app.core.errors import NotFound
from app.core.i18n import current_locale
from tenants.database import db

LANGUAGES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter and, where a later one in the same language decides on the same, the last of those."""

    id: UUID
    title: str
    check_code: str
    issued_at: datetime
    file_id: UUID
    replaced_by: "ListedLetter | None" = None


def list_letters(case: Case) -> list[ListedLetter]:
    """The letters of a case, that of the first decision first, of each the Chinese one."""
    statement = select(CaseLetter).where(CaseLetter.case_id == case.id)
    declared = {state.letter.key: state.letter for state in find_kind(case.kind).table.states if state.letter}
    in_force: dict[tuple[str, str], ListedLetter] = {}
    listed = []
    for row in db.session.scalars(statement.order_by(CaseLetter.event_id.desc(), CaseLetter.locale)):
        letter = declared[row.letter]
        later = in_force.get((letter.decides, row.locale))
        shown = ListedLetter(row.id, _title(letter, row.locale), row.check_code, row.issued_at, row.file_id, later)
        in_force.setdefault((letter.decides, row.locale), shown)
        listed.append(shown)
    return listed[::-1]


def _title(letter: Letter, locale: str) -> str:
    return f"{letter.name[current_locale()]} ({LANGUAGES[locale]})"


def find_letter(case: Case, letter_id: UUID) -> CaseLetter:
    """A letter of that very case; raises `NotFound`."""
    letter = db.session.execute(
        select(CaseLetter).where(CaseLetter.id == letter_id, CaseLetter.case_id == case.id)
    ).scalar_one_or_none()
    if letter is None:
        raise NotFound
    return letter
