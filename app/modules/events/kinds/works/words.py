"""What pages call states of works."""

from flask_babel import lazy_gettext as _

from app.modules.events.kinds.works.states import State

STATES = {
    State.SENT: _("To be looked at"),
    State.ACCEPTED: _("Work shown"),
    State.REFUSED: _("Work not accepted"),
    State.WITHDRAWN: _("Work taken back"),
}
COLOURS = {State.SENT: "info", State.ACCEPTED: "success", State.REFUSED: "danger", State.WITHDRAWN: "neutral"}
