"""What the audit trail calls what is done with games."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "events.game_begin": _("Began a play"),
    "events.game_refuse": _("A play did not count"),
    "events.game_number": _("Took a number without playing"),
    "events.game_export": _("Exported the results of a game"),
}
