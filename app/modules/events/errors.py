"""What campaigns refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class CampaignMovedOn(Conflict):
    """The campaign stands where this step can't be taken."""

    code = "events-campaign-moved-on"
    message = _("This campaign has moved on; this step can't be taken any more.")


class OwnCampaign(Forbidden):
    """Whoever wrote a campaign does not review it."""

    code = "events-own-campaign"
    message = _("You wrote this campaign; somebody else must review it.")


class TakenUp(Conflict):
    """The zone holds this campaign of the city already."""

    code = "events-taken-up"
    message = _("This campaign of the city is held in this zone already.")


class ReasonMissing(InvalidInput):
    """The step is not taken without a reason."""

    code = "events-reason-missing"
    message = _("Say why: whoever reads this campaign later sees it.")


class NotReady(InvalidInput):
    """Something is missing that a campaign must have before it is reviewed or announced."""

    code = "events-not-ready"


class NotOpen(Conflict):
    """Members can't take part now."""

    code = "events-not-open"
    message = _("This campaign is not open now.")


class NotInvited(Forbidden):
    """The member is not among those whom the campaign is for."""

    code = "events-not-invited"
    message = _("This campaign is for other members.")
