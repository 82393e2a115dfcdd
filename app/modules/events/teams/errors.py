"""What founding and joining a team refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden


class AlreadyInATeam(Conflict):
    """One is in one team of a campaign."""

    code = "events-team-in-another"
    message = _("You are in a team of this campaign already: leave it first.")


class NameTaken(Conflict):
    """Two teams of a campaign are not called the same."""

    code = "events-team-name"
    message = _("Another team has this name.")

    def __init__(self) -> None:
        super().__init__(field="team")


class LinkNotGood(Forbidden):
    """A link that leads to no team."""

    code = "events-team-link"
    message = _("This link is not good: ask the captain for theirs.")


class TeamIsFull(Conflict):
    """A team has as many people as it may have."""

    code = "events-team-full"
    message = _("This team has as many people as it may have.")


class CaptainAlone(Conflict):
    """A captain does not leave people alone in a team."""

    code = "events-team-captain"
    message = _("You are the captain: hand the team over to somebody in it first, or take the others out.")


class HeirGone(Conflict):
    """A team is handed over to somebody who is in it."""

    code = "events-team-heir"
    message = _("They have left the team: choose somebody who is in it.")
