"""What pages call how often a week comes."""

from flask_babel import lazy_gettext as _

from app.modules.events.weeks.occurring import Every

HOW_OFTEN = {
    Every.ONCE: _("Once"),
    Every.WEEK: _("Every week"),
    Every.MONTH: _("Every month"),
    Every.YEAR: _("Every year"),
}
