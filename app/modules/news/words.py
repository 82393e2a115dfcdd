"""Words for what the database calls by short names."""

from flask_babel import gettext as _

from app.modules.news.models import State


def state_words(state: str) -> str:
    return {
        State.DRAFT: _("Draft"),
        State.SCHEDULED: _("Scheduled"),
        State.PUBLISHED: _("Public"),
        State.WITHDRAWN: _("Withdrawn"),
    }[State(state)]
