"""What pages call states and steps of campaigns."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core.clock import now
from app.core.i18n import moment
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


class Phase(NamedTuple):
    """What members read of how a campaign stands, its badge's colour, and which of its times matters now, in words and as it is."""

    words: str
    colour: str
    time: str
    at: datetime


def phase_words(campaign: Campaign) -> Phase:
    """How a campaign stands."""
    if campaign.state == State.CANCELLED:
        opens_at = campaign.opens_at
        return Phase(gettext("Cancelled"), "danger", gettext("opens %(time)s", time=moment(opens_at)), opens_at)
    if campaign.closed_at is not None:
        return _over(min(campaign.closed_at, campaign.closes_at))
    return phase_of(opens_at=campaign.opens_at, closes_at=campaign.closes_at)


def phase_of(*, opens_at: datetime, closes_at: datetime) -> Phase:
    """The same of one that is neither cancelled nor closed early: from when it is open, or until when."""
    if closes_at <= now():
        return _over(closes_at)
    if opens_at <= now():
        return Phase(gettext("Open now"), "success", gettext("closes %(time)s", time=moment(closes_at)), closes_at)
    return Phase(gettext("Coming"), "info", gettext("opens %(time)s", time=moment(opens_at)), opens_at)


def _over(closed_at: datetime) -> Phase:
    return Phase(gettext("Over"), "neutral", gettext("closed %(time)s", time=moment(closed_at)), closed_at)
