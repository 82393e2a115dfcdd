"""What teams of a quiz refuse besides what teams of any kind do."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class HandedInAlready(Conflict):
    """A team is founded or joined before one's first paper."""

    code = "events-quiz-team-late"
    message = _("You have handed in a paper: a team is founded or joined before one’s first.")


class TeamIsFixed(Conflict):
    """Nobody comes or goes once anybody of a team has handed in."""

    code = "events-quiz-team-fixed"
    message = _("Somebody of this team has handed in a paper: nobody joins or leaves it any more.")
