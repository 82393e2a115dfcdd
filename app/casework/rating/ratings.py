"""Rating a case that is over, and what leaders see of it: an average, never one of few."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import format_decimal
from sqlalchemy import func, select

from app.casework.models import Case
from app.casework.queries import find_own_case
from app.casework.rating.errors import RatedForGood, StillOpen
from app.casework.rating.models import CaseRating
from app.casework.sealing import seal_text, unseal_texts
from app.casework.trail import record
from app.core.clock import now
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

CHANGEABLE = timedelta(days=7)
FEWEST_SHOWN = 5
"""Of fewer ratings no average is shown: it would tell who said what."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating in clear."""

    stars: int
    words: str
    at: datetime

    @property
    def is_changeable(self) -> bool:
        return now() <= self.at + CHANGEABLE


def find_rating(case: Case) -> Rating | None:
    """What the member said of the case."""
    row = _find_row(case)
    if row is None:
        return None
    (words,) = unseal_texts(row.__tablename__, "words_cipher", [(row.id, row.words_cipher)])
    return Rating(row.stars, words, row.rated_at)


def may_be_rated(case: Case) -> bool:
    """Whether the case is over, and not to go on in another one."""
    return case.closed_at is not None and not case.is_elsewhere


def rate(actor: Actor, case_id: UUID, stars: int, words: str) -> None:
    """Rate the member's own case once it is over, or change that within seven days.

    Raises `NotFound`, `StillOpen`, `RatedForGood`.
    """
    case = find_own_case(actor, case_id)
    take_turn(f"casework.rating.{case.id}")
    row, said = _find_row(case), find_rating(case)
    if said is not None and (said.stars, said.words) == (stars, words):
        return
    if row is None:
        _require_over(case)
        row = CaseRating(zone_id=current_zone().id, id=uuid7(), case_id=case.id, member_id=case.member_id,
                         module=case.module)  # fmt: skip
        db.session.add(row)
    elif said is not None and not said.is_changeable:
        raise RatedForGood
    row.stars, row.words_cipher = stars, seal_text(row.__tablename__, "words_cipher", row.id, words) if words else None
    db.session.flush()
    record(case, "rate")


def _require_over(case: Case) -> None:
    if not may_be_rated(case):
        raise StillOpen


def average(module: str) -> str:
    """The average of a module's ratings and how many there are: "4.6 (12)"; a dash while there are few."""
    statement = select(func.avg(CaseRating.stars), func.count(CaseRating.id)).where(CaseRating.module == module)
    mean, count = db.session.execute(statement).one()
    return f"{format_decimal(round(mean, 1))} ({count})" if count >= FEWEST_SHOWN else "—"


def _find_row(case: Case) -> CaseRating | None:
    return db.session.execute(select(CaseRating).where(CaseRating.case_id == case.id)).scalar_one_or_none()
