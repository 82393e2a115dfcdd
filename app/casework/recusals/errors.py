"""What objecting to a handler refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class NobodyToObjectTo(Conflict):
    """Nobody deals with the case, or it is over."""

    code = "case-nobody-to-object-to"
    message = _("Nobody deals with it at present, so there is nobody to object to.")


class ObjectedAlready(Conflict):
    """The member has objected to this handler before, with other words: the first ones count."""

    code = "case-objected-already"
    message = _(
        "You have objected to this handler already. What you wrote first counts; what you typed now was not sent."
    )
