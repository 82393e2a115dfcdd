"""What the panel of lawyers refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class LicenceKnown(InvalidInput):
    """There is a lawyer with this licence number."""

    code = "legal-aid-licence-known"
    message = _("A lawyer with this licence number is on the panel already.")


class MobileOfAnother(InvalidInput):
    """The account of this mobile number is another lawyer's."""

    code = "legal-aid-mobile-of-another"
    message = _("Another lawyer of the panel signs in with this mobile number.")


class AccountFixed(InvalidInput):
    """Who was invited acts by that account alone."""

    code = "legal-aid-account-fixed"
    message = _(
        "They were invited with their mobile number and act by its account. Take this lawyer off the panel and add them again."
    )


class LawyerEnded(Conflict):
    """The lawyer is on the panel no more."""

    code = "legal-aid-lawyer-ended"
    message = _("This lawyer is on the panel no more.")


class OnThePanel(Conflict):
    """Whoever acts on the panel keeps the role until they are taken off it."""

    code = "legal-aid-on-the-panel"
    message = _(
        "This lawyer is on the panel of legal aid and may have open cases and fees to claim. Note their last day or take them "
        "off it at Legal aid, Lawyers: the role ends with it, their cases go on with others, and they can claim their fees "
        "for some weeks."
    )


class LawyerHindered(InvalidInput):
    """The lawyer can't be given this case: a conflict of interest, or nobody who could take it now."""

    code = "legal-aid-lawyer-hindered"
    message = _("This lawyer can’t be given the case. Choose one who is free.")


class AlreadyGiven(Conflict):
    """The case is offered to a lawyer, or has one."""

    code = "legal-aid-already-given"
    message = _("The case is already offered to a lawyer, or has one.")


class NotUnderWay(Conflict):
    """A lawyer is named for a case in which aid was granted and goes on."""

    code = "legal-aid-not-under-way"
    message = _("A lawyer can be named while the union aids in the case: not before, and not after its end.")


class OfferOver(Conflict):
    """The offer was answered, taken back, or has lapsed."""

    code = "legal-aid-offer-over"
    message = _("This offer is over: it was answered or taken back, or its time has passed.")


class OfferConflicted(Forbidden):
    """What was noted meanwhile keeps the lawyer from the case."""

    code = "legal-aid-offer-conflicted"
    message = _("A conflict of interest is known, so you can’t take this case. Please decline it.")


class ObjectedBefore(Conflict):
    """A member may object to one lawyer in a case."""

    code = "legal-aid-objected-before"
    message = _("You have objected to a lawyer in this case before. Please write to your case handler.")
