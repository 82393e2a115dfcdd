"""What pages call states and steps of campaigns."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core.clock import now
from app.modules.events.models import Campaign
from app.modules.events.states import State

STATES = {
    State.DRAFT: _("Draft"),
    State.SUBMITTED: _("To be reviewed"),
    State.REVIEWED: _("Reviewed"),
    State.FROZEN: _("Announced"),
    State.OPEN: _("Running"),
    State.CLOSED: _("Closed"),
    State.SETTLED: _("Settled"),
    State.ARCHIVED: _("Archived"),
    State.CANCELLED: _("Cancelled"),
}
COLOURS = {
    State.DRAFT: "draft", State.SUBMITTED: "warning", State.REVIEWED: "info", State.FROZEN: "info", State.OPEN: "success",
    State.CLOSED: "muted", State.SETTLED: "muted", State.ARCHIVED: "muted", State.CANCELLED: "danger",
}  # fmt: skip
STEP_TITLES = {
    "submit": _("Submit for review"),
    "return": _("Return to the writer"),
    "approve": _("Approve"),
    "freeze": _("Announce"),
    "stop": _("Close early"),
    "archive": _("Archive"),
    "cancel": _("Cancel the campaign"),
}


def phase_words(campaign: Campaign) -> tuple[str, str]:
    """What members read of how a campaign stands, and its badge's colour."""
    if campaign.state == State.CANCELLED:
        return gettext("Cancelled"), "danger"
    if campaign.closed_at is not None:
        return gettext("Over"), "neutral"
    return phase_of(opens_at=campaign.opens_at, closes_at=campaign.closes_at)


def phase_of(*, opens_at: datetime, closes_at: datetime) -> tuple[str, str]:
    """The same of one that is neither cancelled nor closed early."""
    moment = now()
    if closes_at <= moment:
        return gettext("Over"), "neutral"
    return (gettext("Open now"), "success") if opens_at <= moment else (gettext("Coming"), "info")
