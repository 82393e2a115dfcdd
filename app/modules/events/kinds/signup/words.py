"""What pages call states of registrations."""

from flask_babel import lazy_gettext as _

from app.modules.events.kinds.signup.states import State

STATES = {
    State.REGISTERED: _("Seat reserved"),
    State.WAITING: _("On the waiting list"),
    State.OFFERED: _("Seat to be confirmed"),
    State.ATTENDED: _("Was there"),
    State.MISSED: _("Did not come"),
    State.CANCELLED: _("Registration cancelled"),
}
STATES_COLOURS = {
    State.REGISTERED: "success", State.WAITING: "info", State.OFFERED: "warning", State.ATTENDED: "success",
    State.MISSED: "danger", State.CANCELLED: "neutral",
}  # fmt: skip
DESK_COLOURS = STATES_COLOURS | {State.CANCELLED: "muted"}
TAKEN = {"confirmed": _("The seat is yours."), "cancelled": _("Your registration is cancelled.")}
