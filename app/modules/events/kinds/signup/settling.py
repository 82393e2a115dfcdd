"""What a sign-up shows, asks before it is reviewed, and decides once its last session is over."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.i18n import moment
from app.modules.events.errors import NotReady
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.queries import list_sessions
from app.modules.events.kinds.signup.settings import terms_of
from app.modules.events.kinds.signup.states import State
from app.modules.events.models import Campaign
from tenants.database import db


def choices() -> dict[str, Any]:
    """The form offers nothing to choose from."""
    return {}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    terms = terms_of(campaign)
    return [
        (_("Sessions a member may take"), str(terms.sessions_each)),
        (_("Hours before the session until which a seat can be given back"), _hours(terms.cancel)),
        (_("Hours for which a seat is kept for who waited"), _hours(terms.confirm)),
    ]


def _hours(time) -> str:
    return str(int(time.total_seconds() // 3600))


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the sessions; the same for every visitor."""
    return {"sessions": list_sessions(campaign.id)}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless there are sessions, each after the campaign opens."""
    sessions = list_sessions(campaign.id)
    if not sessions:
        raise NotReady(_("Write at least one session."))
    for each in sessions:
        if min(each.sign_up_until, each.starts_at) <= campaign.opens_at:
            raise NotReady(
                _("“%(title)s” would be over before registration opens (%(time)s).", title=each.title,
                  time=moment(campaign.opens_at))
            )  # fmt: skip


def announced(campaign: Campaign) -> None:
    """The sessions stand as they were reviewed."""


def settle(campaign: Campaign) -> Settled:
    """Once the last session is over: who had a seat and did not come has missed it; who still waited waits no more."""
    ends_at = db.session.scalar(
        select(func.max(Session.ends_at)).where(Session.campaign_id == campaign.id, Session.cancelled_at.is_(None))
    )
    if ends_at is not None and ends_at > now():
        return Settled.WAITS
    for states, target in (((State.REGISTERED,), State.MISSED), ((State.OFFERED, State.WAITING), State.CANCELLED)):
        of_state = Registration.campaign_id == campaign.id, Registration.state.in_(states)
        db.session.execute(update(Registration).where(*of_state, _held(campaign)).values(state=target))
    return Settled.WHOLE


def _held(campaign: Campaign):
    """Of sessions that took place: who was registered for a cancelled one has missed nothing."""
    held = select(Session.id).where(Session.campaign_id == campaign.id, Session.cancelled_at.is_(None))
    return Registration.session_id.in_(held)
