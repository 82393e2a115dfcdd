"""What is refused of a referral."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class ReferralMovedOn(Conflict):
    """The referral stands where this can't be done."""

    code = "events-referral-moved-on"
    message = _("This referral has moved on; its reward can’t be taken back now.")
