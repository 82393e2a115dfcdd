"""What the law has kept, for how long, and upon which ground it lets an erasure be refused: data, each with its source."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _

from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.core.clock import CHINA
from app.core.modules import Text


@dataclass(frozen=True, slots=True)
class Duty:
    """A law that has what it names kept for so many years from the end of the case."""

    years: int
    title: Text
    source: Text


VOUCHERS = Duty(
    30,
    _("What was paid, and why, is an accounting voucher of the union."),
    _("Measures for the administration of accounting archives (2015), schedule 1: vouchers are kept for 30 years"),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an erasure may be refused."""

    title: Text
    source: Text


GROUNDS = {
    "period": Ground(
        _("A period for which the law has it kept is not over"),
        _("Personal Information Protection Law, article 47, second paragraph"),
    ),
    "purpose": Ground(
        _("What it was told for is not achieved, and needs it still"),
        _("Personal Information Protection Law, article 47, first paragraph"),
    ),
    "technical": Ground(
        _("It can’t be erased technically yet: until then it is stored and nothing else"),
        _("Personal Information Protection Law, article 47, second paragraph"),
    ),
}


def years_kept(kind: CaseKind, *, has_vouchers: bool) -> int:
    """For how many years after its end a case is kept."""
    return max(kind.kept_years, VOUCHERS.years) if has_vouchers else kind.kept_years


def duty_of(case: Case) -> Duty | None:
    """What keeps the vouchers of a case that is over although its member would have it erased."""
    return VOUCHERS if case.keeps_vouchers else None


def kept_until(case: Case, kind: CaseKind) -> date:
    """The last day on which a case that is over is kept."""
    if case.closed_at is None:
        raise ValueError("only what is over has an end of being kept")
    closed = case.closed_at.astimezone(CHINA)
    return years_after(closed, years_kept(kind, has_vouchers=case.keeps_vouchers)).date()


def years_after(at: datetime, years: int) -> datetime:
    """The same day so many years later (before: negative); of a leap day the day after."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)
