"""What the rules of public notice refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput, TooMany


class NothingChosen(InvalidInput):
    """A notice lists somebody."""

    code = "notice-nothing-chosen"
    message = _("Choose the grants to list.")


class NotForNotice(Conflict):
    """A case was changed, listed elsewhere, or never to be listed."""

    code = "notice-not-for-notice"
    message = _("One of these grants can’t be listed any more. The list below is as it stands now.")


class OwnDraft(Forbidden):
    """Whoever drafted a notice may not publish it."""

    code = "notice-own-draft"
    message = _("You drafted this notice: it takes a second person to publish it.")


class DraftOutdated(Conflict):
    """The zone shows less, or more, on its notices than when this one was drafted."""

    code = "notice-draft-outdated"
    message = _(
        "What a notice shows in this zone has changed since this was drafted. Discard the draft and make it anew."
    )


class NoticeOver(Conflict):
    """Objections are made while the notice runs."""

    code = "notice-over"
    message = _("This public notice has ended, so nothing can be objected to it here. Talk to the union.")


class TooManyObjections(TooMany):
    """One member objects without end."""

    code = "notice-too-many-objections"
    message = _("You have objected to this notice several times. The union answers those first.")


class ObjectedBefore(Conflict):
    """The form was sent before, with other words."""

    code = "notice-objected-before"
    message = _("This objection was sent already, with other words. The first ones count.")


class OwnObjection(Forbidden):
    """Nobody answers their own objection."""

    code = "notice-own-objection"
    message = _("You can’t answer your own objection.")


class OwnDecision(Forbidden):
    """An objection is judged by somebody who had no hand in what it is about."""

    code = "notice-own-decision"
    message = _("You decided on this case or drafted the notice: somebody else answers the objection.")
