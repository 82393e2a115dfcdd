"""What the rules of messages refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, TooMany


class ConversationOver(Conflict):
    """The case ended too long ago."""

    code = "case-conversation-over"
    message = _("This case ended more than 30 days ago, so no more messages can be sent about it.")


class SentBefore(Conflict):
    """The form was sent before, with other words."""

    code = "case-message-sent-before"
    message = _("This message has been sent already, with other words. Send again what you want to add.")


class TooManyMessages(TooMany):
    """One side writes without end."""

    code = "case-too-many-messages"
    message = _("Very many messages were sent about this case today. Please wait until tomorrow.")


class TitleTaken(Conflict):
    """Another answer of the module is called so."""

    code = "case-answer-title-taken"
    message = _("There is another answer with this title.")
