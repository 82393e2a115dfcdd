"""What the rules of mutual aid refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class VersionTaken(InvalidInput):
    """There is a plan of this name and version already."""

    code = "help-plan-version-taken"
    message = _("A plan of this name has this version already. Give another version.")


class PlanInUse(Conflict):
    """Somebody is enrolled in the plan, or may be: it stays as it is."""

    code = "help-plan-in-use"
    message = _(
        "Members are enrolled in this plan, or a window for it is noted, so it stays as it is. Set up another version instead."
    )


class UnionElsewhere(InvalidInput):
    """The union named is none of the zone's."""

    code = "help-window-union"
    message = _("No union of this zone has exactly this name.")


class WindowBeyondCover(InvalidInput):
    """A window after the end of the cover."""

    code = "help-window-beyond-cover"
    message = _("Nobody can enrol after the cover has ended.")


class WindowClosed(Conflict):
    """Today is not within the window."""

    code = "help-window-closed"
    message = _("This enrolment window is not open today.")


class TooManyToEnrol(InvalidInput):
    """More members at once than one go enrols."""

    code = "help-too-many-to-enrol"
    message = _("These are more than 20,000 members: choose a smaller union and go on with the next.")


class UnreadableRoll(InvalidInput):
    """A file that is no sheet of people; the message says why."""

    code = "help-unreadable-roll"


class NotCovered(InvalidInput):
    """No cover of the member's holds for the treatment; the message says why."""

    code = "help-not-covered"
    message = _("You are not enrolled in mutual aid here, so this can’t be handed in. Your draft is kept.")


class SomebodyElses(InvalidInput):
    """The plan covers the member alone."""

    code = "help-claim-somebody-elses"
    message = _(
        "The plan covers you alone: the name must be yours as the union has it. If that one is wrong, ask for it to be corrected under “Me”."
    )


class WrongInvoice(InvalidInput):
    """An invoice that contradicts itself or the treatment; the message says how."""

    code = "help-wrong-invoice"


class InvoiceUsed(InvalidInput):
    """Another claim rests on the invoice; the message names it, and neither whose nor where."""

    code = "help-invoice-used"


class InvoicesUsedMeanwhile(Conflict):
    """While the claim was refused, another one took an invoice of it."""

    code = "help-invoices-used-meanwhile"
    message = _("An invoice of this claim is used in another claim by now.")


class BeyondFormula(InvalidInput):
    """More than the plan gives for a claim, or than the invoices say was paid; the message says how much it may be."""

    code = "help-beyond-formula"
