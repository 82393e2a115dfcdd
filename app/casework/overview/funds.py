"""What was granted and paid of a year's budget, where the sums give no single amount away."""

from dataclasses import dataclass

from app.casework.overview.counting import Asked, count_payments
from app.casework.overview.small_cells import is_small, may_be_totalled


@dataclass(frozen=True, slots=True)
class Funds:
    """Cents granted in a year and paid of them by now; None where a sum would tell of one or two cases."""

    granted: int | None
    paid: int | None


def count_funds(asked: Asked) -> Funds:
    """The funds of the period's last year.

    What the tables tell, subtracted from what was granted, leaves the cells about one or two cases; what is paid, subtracted
    from that, leaves the cases that are not paid yet.
    """
    found = count_payments(asked.casework.module, asked.period.last.year)
    if not may_be_totalled(asked.found_in_year.grants):
        return Funds(None, None)
    is_told = not is_small(found.begun) and not is_small(found.unfinished)
    return Funds(found.granted, found.paid if is_told else None)
