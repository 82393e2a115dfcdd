"""What became of a prize's piece, in words."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.benefits.beans.promises import Award, Awarded
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.benefits.vouchers.giving import Given, Outcome
from app.core.modules import Text
from app.modules.events.models import Campaign
from app.modules.events.prizes.models import Redrawn, Why
from app.modules.events.prizes.publishing import WrittenPrize, written_prizes
from app.modules.events.prizes.queries import Winner, name_piece
from app.modules.events.promising import find_batch
from tenants.database import db

OUTCOMES: dict[str, Text] = {
    Outcome.GIVEN: _("Given"),
    Outcome.BEFORE: _("Given"),
    Outcome.NONE_LEFT: _("Not given: none were left"),
    Outcome.ENOUGH: _("Not given: has as many of these as one may have"),
    Outcome.CAPPED: _("Not given: a spending rule is in the way"),
    Outcome.OVER: _("Not given: they had expired"),
    Outcome.CLOSED: _("Not given: the batch was closed"),
    Awarded.STRANGER: _("Not given: no member of the union any more"),
}
WHY = {
    Why.DECLINED: _("The winner declined the prize"),
    Why.INELIGIBLE: _("The winner was not eligible"),
    Why.REFUSED: _("A rule refused the prize"),
    Why.VOID: _("The winner’s voucher was made void"),
}
REDRAWN = {
    Redrawn.PASSED: _("It went to the next"),
    Redrawn.NOBODY: _("Nobody was next"),
    Redrawn.KEPT: _("It stayed: it was used"),
}


def outcome_words(win: Winner) -> str:
    """The outcome of a win with the rule that is in the way, and that its piece went to the next where it did."""
    words = str(OUTCOMES[win.outcome]) + (f" ({win.rule})" if win.rule else "")
    return words if win.holds else gettext("%(outcome)s; it went to the next", outcome=words)


def why_refused(given: Given | Award) -> str:
    """Why somebody could not be given a piece: the rule that is in the way, where it is one."""
    rule = db.session.get(PolicyRule, given.rule_id) if given.rule_id else None
    return cite(rule) if rule else str(OUTCOMES[given.outcome])


def prize_facts(campaign: Campaign) -> list[tuple[str, str]]:
    """A campaign's prizes as they are written, as terms and what they are."""
    return [
        (prize.title, gettext("%(piece)s × %(number)s", piece=_piece(prize), number=prize.quantity))
        for prize in written_prizes(campaign)
    ]


def _piece(prize: WrittenPrize) -> str:
    batch = find_batch(prize.batch_id) if prize.batch_id else None
    return name_piece(batch.title if batch else None, prize.beans)
