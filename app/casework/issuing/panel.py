"""The letters on a case's page, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.casework.issuing.models import CaseLetter
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.errors import NotFound
from app.core.forms import Form
from tenants.database import db

KEY = "letters"
LANGUAGES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class ShownLetter:
    id: UUID
    language: str
    check_code: str
    issued_at: datetime


def _show(case: Case, _refused: Form | None) -> Values | None:
    letters = list_letters(case)
    shown = [ShownLetter(each.id, LANGUAGES[each.locale], each.check_code, each.issued_at) for each in letters]
    return {"letters": shown} if shown else None


def list_letters(case: Case) -> Sequence[CaseLetter]:
    """The letters of a case, the first that was issued first, of each the Chinese one."""
    letters = select(CaseLetter).where(CaseLetter.case_id == case.id)
    return db.session.scalars(letters.order_by(CaseLetter.issued_at, CaseLetter.locale.desc())).all()


def find_letter(case: Case, letter_id: UUID) -> CaseLetter:
    """A letter of that very case; raises `NotFound`."""
    letter = db.session.execute(
        select(CaseLetter).where(CaseLetter.id == letter_id, CaseLetter.case_id == case.id)
    ).scalar_one_or_none()
    if letter is None:
        raise NotFound
    return letter


MEMBER = Panel(KEY, "casework/letters.html", _show)
DESK = Panel(KEY, "casework/desk/letters.html", _show, is_beside=True)
