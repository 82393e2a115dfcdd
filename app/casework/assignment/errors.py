"""What giving work refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class NobodyToGiveTo(InvalidInput):
    """Who was chosen has no right to review here, or is kept from the case."""

    code = "case-nobody-to-give-to"
    message = _("Choose somebody from the list.")


class UnknownUnion(InvalidInput):
    """No union of the zone is called so, or several are."""

    code = "case-unknown-union"
    message = _("Choose a union of this zone, by its full name.")


class NotInHand(Conflict):
    """A case that is over, or with nobody, is not handed on."""

    code = "case-not-in-hand"
    message = _("This case is with nobody, or over: there is nothing to hand on.")
