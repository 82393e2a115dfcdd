"""Plans and their formulas in words, for members and the desk alike."""

from itertools import zip_longest

from babel.lists import format_list
from flask_babel import gettext as _

from app.casework.forms import yuan
from app.casework.overview.small_cells import FEWEST
from app.casework.overview.tables import FEW, UNTOLD
from app.core.i18n import current_locale, day
from app.modules.help.mutual_aid.formula import INVOICE_KINDS, Formula
from app.modules.help.mutual_aid.models import Plan
from app.modules.help.mutual_aid.queries import PlanClaims

Facts = list[tuple[str, str]]


def plan_facts(plan: Plan) -> Facts:
    """What a plan says besides its formula."""
    return [
        (_("Cover"), _("%(first)s to %(last)s", first=day(plan.covers_from), last=day(plan.covers_until))),
        (_("Contribution a person"), yuan(plan.contribution_cents)),
        (_("Waiting days"), str(plan.waiting_days)),
        (_("Source"), plan.source),
    ]


def formula_facts(formula: Formula) -> Facts:
    """How much the plan pays."""
    kinds = [str(title) for kind, title in INVOICE_KINDS.items() if kind in formula.counted]
    return [
        (_("Invoices that count"), format_list(kinds, locale=current_locale())),
        (_("Deductible of a claim"), yuan(formula.deductible_cents)),
        (_("Paid of what is above the deductible"), "\n".join(_tiers(formula))),
        (_("Cap of a claim"), yuan(formula.claim_cap_cents)),
        (_("Cap of the cover period"), yuan(formula.period_cap_cents)),
    ]


def plan_figures(plan: Plan, covered: int, claims: PlanClaims) -> Facts:
    """Who is covered, and what was paid against what they paid in; numbers about one or two claims are not told."""
    contributions, is_told = covered * plan.contribution_cents, not 0 < claims.granted < FEWEST
    facts = [
        (_("Members covered"), str(covered)),
        (_("Contributions"), yuan(contributions)),
        (_("Claims handed in"), str(claims.handed_in) if not 0 < claims.handed_in < FEWEST else FEW),
        (_("Claims granted"), str(claims.granted) if is_told else FEW),
        (_("Granted"), yuan(claims.granted_cents) if is_told else UNTOLD),
    ]
    if contributions and is_told:
        facts.append((_("Granted of the contributions"), f"{100 * claims.granted_cents / contributions:.0f}%"))
    return facts


def _tiers(formula: Formula) -> list[str]:
    lines = []
    for tier, above in zip_longest(formula.tiers, formula.tiers[1:]):
        values = {"percent": tier.percent, "over": yuan(tier.over_cents)}
        if above is None:
            lines.append(_("over %(over)s: %(percent)s%%", **values))
        else:
            lines.append(_("%(over)s to %(end)s: %(percent)s%%", end=yuan(above.over_cents), **values))
    return lines
