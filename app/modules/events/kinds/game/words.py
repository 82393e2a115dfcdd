"""How pages say what a game counts."""

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _

from app.modules.events.kinds.game.catching import Refusal

SYMBOLS = {
    "a": ("heart", _("a heart")),
    "b": ("star", _("a star")),
    "c": ("gift", _("a gift")),
    "d": ("flag", _("a flag")),
    "e": ("anchor", _("an anchor")),
    "f": ("book", _("a book")),
    "g": ("bell", _("a bell")),
    "h": ("trophy", _("a cup")),
}
"""What is on a card: an icon, and its name."""
REFUSALS = {
    Refusal.TOO_EARLY: _("It came in before the play was over."),
    Refusal.TOO_LATE: _("It came in after its time was up."),
    Refusal.UNREADABLE: _("What came in was no log of a play."),
    Refusal.TOO_FAST: _("The basket moved faster than it can."),
    Refusal.OUTSIDE: _("The basket left the field."),
}
"""Why a play did not count."""


def odds_in_words(pieces: int, turns: int) -> str:
    """A chance as people read it: "1 in 250", and in percent."""
    percent = format_decimal(round(100 * pieces / turns, 4))
    return gettext("%(pieces)s in %(turns)s (%(percent)s%%)", pieces=pieces, turns=turns, percent=percent)
