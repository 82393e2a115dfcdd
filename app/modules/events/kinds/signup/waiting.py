"""What the clock does with sign-ups: seats that come free go to who has waited longest, and everybody is reminded. Worker plane."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.clock import now
from app.core.i18n import moment
from app.members.queries import belonging
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.settings import terms_of
from app.modules.events.kinds.signup.states import State
from app.modules.events.models import Campaign
from app.notifications.operations import notify
from tenants.database import db

REMINDERS = {"reminded_day_at": timedelta(days=1), "reminded_hours_at": timedelta(hours=2)}
AT_ONCE = 500


def move_up() -> bool:
    """Let a session's offers lapse whose time has passed, and offer its free seats to who has waited longest; whether there were
    any. One session in a transaction."""
    return any(_lapse(session) + _offer(session, campaign) for session, campaign in _waited_for())


def remind() -> int:
    """Remind who has a seat, a day and two hours before, once each; how many sessions were reminded of."""
    return sum(_remind(column, before) for column, before in REMINDERS.items())


def _waited_for() -> list[tuple[Session, Campaign]]:
    """Sessions to come for which somebody waits, or has a seat kept."""
    live = select(Registration.session_id).where(Registration.state.in_([State.WAITING, State.OFFERED]))
    statement = (
        select(Session, Campaign)
        .join(Campaign, (Campaign.zone_id == Session.zone_id) & (Campaign.id == Session.campaign_id))
        .where(Session.starts_at > now(), Session.cancelled_at.is_(None), Session.id.in_(live))
    )
    return [(session, campaign) for session, campaign in db.session.execute(statement.order_by(Session.id))]


def _lapse(session: Session) -> int:
    late = select(Registration).where(
        Registration.session_id == session.id, Registration.state == State.OFFERED, Registration.confirm_until <= now()
    )
    lapsed = db.session.scalars(late.order_by(Registration.place).limit(AT_ONCE).with_for_update()).all()
    for each in lapsed:
        each.state = State.CANCELLED
        _tell("events.signup_lapsed", each, session)
    db.session.flush()
    return len(lapsed)


def _offer(session: Session, campaign: Campaign) -> int:
    terms, moment_now = terms_of(campaign), now()
    limit = terms.cancel_until(session)
    if moment_now >= limit:
        return 0
    waiting = select(Registration).where(Registration.session_id == session.id, Registration.state == State.WAITING)
    first = db.session.scalars(
        waiting.order_by(Registration.place).limit(AT_ONCE).with_for_update(skip_locked=True)
    ).all()
    # Registrations before their session, as who cancels locks them.
    db.session.refresh(session, with_for_update={"key_share": True})
    known = belonging(each.member_id for each in first)
    strangers = [each for each in first if each.member_id not in known]  # who left the zone's unions can't take a seat
    for each in strangers:
        each.state = State.CANCELLED
    offered = [each for each in first if each.member_id in known][: session.seats - session.taken]
    for each in offered:
        each.state, each.confirm_until = State.OFFERED, min(moment_now + terms.confirm, limit)
        _tell("events.signup_offered", each, session, until=moment(each.confirm_until))
    db.session.flush()
    return len(offered) + len(strangers)


def _remind(column: str, before: timedelta) -> int:
    done_at = getattr(Session, column)
    due = select(Session).where(
        done_at.is_(None), Session.cancelled_at.is_(None), Session.taken > 0, Session.starts_at > now(),
        Session.starts_at <= now() + before,
    )  # fmt: skip
    found = db.session.scalars(due.order_by(Session.starts_at).limit(AT_ONCE)).all()
    for session in found:
        setattr(session, column, now())
        for each in db.session.scalars(_seated(session.id)):
            _tell(f"events.signup_near:{column}", each, session, when=moment(session.starts_at), venue=session.venue)
    db.session.flush()
    return len(found)


def _seated(session_id: UUID):
    return select(Registration).where(Registration.session_id == session_id, Registration.state == State.REGISTERED)


def _tell(about: str, registration: Registration, session: Session, **words: str) -> None:
    kind = about.partition(":")[0]
    notify(kind, registration.member_id, {"session": session.title, **words},
           dedupe_key=f"{about}:{registration.id}:{session.version}",
           href=f"/events/signup/registrations/{registration.id}")  # fmt: skip
