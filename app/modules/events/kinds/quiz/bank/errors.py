"""What the bank of questions refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class QuestionTwice(Conflict):
    """The bank has this question in this category."""

    code = "events-quiz-question-twice"
    message = _("The bank has this question in this category already.")


class UnreadableSheet(InvalidInput):
    """The sheet can't be read, or has no columns of questions."""

    code = "events-quiz-unreadable-sheet"
    message = _("The sheet needs the columns 题型, 题干, 答案 and 分类, as the template has them.")
