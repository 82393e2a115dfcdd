"""What teams of a quiz refuse besides what teams of any kind do."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class BegunAlready(Conflict):
    """A team is founded or joined before one's first paper."""

    code = "events-quiz-team-late"
    message = _("You have begun a paper: a team is founded or joined before one’s first.")


class TeamIsFixed(Conflict):
    """Nobody comes or goes once anybody of a team has begun."""

    code = "events-quiz-team-fixed"
    message = _("Somebody of this team has begun a paper: nobody joins or leaves it any more.")


class TeamTooSmall(Conflict):
    """A team begins once it has as many people as it needs."""

    code = "events-quiz-team-small"
    message = _(
        "Your team has fewer people than it needs: let others join by its link, or leave it and answer on your own."
    )
