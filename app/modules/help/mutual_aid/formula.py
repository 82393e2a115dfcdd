"""What a plan pays, computed from its formula, the invoices and what it has paid already. Pure; all amounts in cents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import lazy_gettext as _

from app.casework.calculations.declarations import Calculation, CalculationLine
from app.casework.forms import yuan
from app.core.modules import Text

INVOICE_KINDS = {
    "inpatient": _("Stay in hospital"),
    "outpatient": _("Outpatient treatment"),
    "pharmacy": _("Medicine from a pharmacy"),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """So many per cent of what lies over an amount, up to where the next tier begins."""

    over_cents: int
    percent: int


@dataclass(frozen=True, slots=True)
class Formula:
    """How much a plan pays (给付公式). `counted` are the kinds of invoices it counts; the caps are of one claim and of one
    member's cover period."""

    deductible_cents: int
    tiers: tuple[Tier, ...]
    claim_cap_cents: int
    period_cap_cents: int
    counted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice says, as far as the formula asks."""

    kind: str
    self_paid_cents: int


def calculate(formula: Formula, invoices: Iterable[Invoice], paid_before_cents: int) -> Calculation:
    """Each tier's part is cut to whole cents; `paid_before_cents` is what the member got in this cover period."""
    told = list(invoices)
    counted = sum(invoice.self_paid_cents for invoice in told if invoice.kind in formula.counted)
    left_out = sum(invoice.self_paid_cents for invoice in told) - counted
    lines = [CalculationLine(_("Paid by yourself, on invoices that count"), counted)]
    if left_out:
        lines.append(
            CalculationLine(_("Invoices of a kind that the plan does not count: %(amount)s", amount=yuan(left_out)), 0)
        )
    deducted = min(counted, formula.deductible_cents)
    lines.append(CalculationLine(_("Deductible"), -deducted))
    parts = list(_parts(formula.tiers, counted - deducted))
    lines += parts
    amount = sum(part.cents for part in parts)
    for words, cap in _caps(formula, paid_before_cents):
        if amount > cap:
            lines.append(CalculationLine(words, cap - amount))
            amount = cap
    return Calculation(tuple(lines), amount)


def _parts(tiers: tuple[Tier, ...], base: int) -> Iterator[CalculationLine]:
    ends: list[int | None] = [tier.over_cents for tier in tiers[1:]] + [None]
    for tier, end in zip(tiers, ends, strict=True):
        part = max(0, (base if end is None else min(base, end)) - tier.over_cents)
        if part:
            words = _("%(percent)s%% of %(part)s", percent=tier.percent, part=yuan(part))
            yield CalculationLine(words, part * tier.percent // 100)


def _caps(formula: Formula, paid_before_cents: int) -> Iterator[tuple[Text, int]]:
    yield _("Cap of one claim, %(cap)s", cap=yuan(formula.claim_cap_cents)), formula.claim_cap_cents
    left = max(0, formula.period_cap_cents - paid_before_cents)
    yield _("Cap of the cover period, %(cap)s, of which %(paid)s is used", cap=yuan(formula.period_cap_cents),
            paid=yuan(paid_before_cents)), left  # fmt: skip


def in_order(tiers: Iterable[Tier]) -> bool:
    """Whether each tier begins above the one before it."""
    return all(one.over_cents < next_.over_cents for one, next_ in pairwise(tiers))
