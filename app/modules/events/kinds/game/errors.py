"""What a game refuses to a member."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class NoPlaysToday(Conflict):
    """The member had all the plays of this day of China time."""

    code = "events-game-no-plays-today"
    message = _("You have played as often as one may today.")


class AlreadyWon(Conflict):
    """The member has won at the wheel, which everybody does once at most."""

    code = "events-game-already-won"
    message = _("You have won already. Everybody wins once at most.")


class AlreadyHandedIn(Conflict):
    """Another log was handed in of this play before."""

    code = "events-game-already-handed-in"
    message = _("This play was handed in before; the first holds.")


class NoNumbers(Conflict):
    """The prizes of this game are not drawn, so that a number in the draw is nothing."""

    code = "events-game-no-numbers"
    message = _("There is no draw in this campaign.")
