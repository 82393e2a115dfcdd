"""What a survey refuses to a member."""

from flask_babel import lazy_gettext as _

from app.core.errors import InvalidInput


class AnswersMissing(InvalidInput):
    """A question on the way that the answers lead is not answered as it must be."""

    code = "events-survey-answers-missing"
    message = _("Some questions still need your answer.")
