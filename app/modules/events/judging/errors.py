"""What is refused wherever there are judges."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden


class NamedByAnother(Forbidden):
    """Nobody names or dismisses themselves."""

    code = "events-judge-by-another"
    message = _("Nobody names or dismisses themselves as a judge: somebody else does this.")


class JudgesThemselves(Forbidden):
    """Whoever judges neither reads nor decides what would tell them of others' scores, or whose it is that they score."""

    code = "events-judge-themselves"
    message = _("You were named a judge here: until the judging is closed somebody else does this.")


class RecusedBefore(Conflict):
    """A recusal stands."""

    code = "events-judge-recused"
    message = _("You have recused yourself from this: you don’t score it.")
