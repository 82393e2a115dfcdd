"""What the rules of linked and merged cases refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class UnknownCase(InvalidInput):
    """No other case of this number that the actor may read."""

    code = "case-unknown-number"
    message = _(
        "There is no other case of this number that you may read. Write it as on its page, such as HD-2026-000123."
    )


class LinkedAlready(Conflict):
    """Somebody has linked the two meanwhile, in other words."""

    code = "case-linked-already"
    message = _("These two are linked already, in other words. Take that link away first.")


class NotToBeMerged(Conflict):
    """The two can't become one."""

    code = "case-not-to-be-merged"
    message = _(
        "Only two cases of the same member and the same service become one, while both wait for the union’s answer and "
        "neither for a decision."
    )


class KeptFromHandler(Conflict):
    """Whoever handles the case that goes on declared to know the people of the other one."""

    code = "case-merge-kept-from-handler"
    message = _("The handler of the case that goes on is kept from the other one. Hand it on first.")
