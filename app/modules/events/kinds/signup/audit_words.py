"""What the audit trail calls what is done with sign-ups."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing

ACTIONS = {
    "events.signup_session": _("Wrote a session"),
    "events.signup_drop_session": _("Took a session out"),
    "events.signup_move_session": _("Moved a session"),
    "events.signup_cancel_session": _("Cancelled a session"),
    "events.signup_register": _("Registered for a session"),
    "events.signup_confirm": _("Confirmed a seat"),
    "events.signup_cancel": _("Cancelled a registration"),
    "events.signup_attend": _("Checked in"),
    "events.signup_release": _("Freed somebody's seat"),
    "events.signup_name_keeper": _("Named a door-keeper"),
    "events.signup_end_keeper": _("Ended a door-keeper"),
    "events.signup_export": _("Exported a list of registrations"),
}
THINGS = {"events_signup_registration": Thing(_("Registration"))}
