"""What staff say of a sign-up besides what every campaign has, and of each of its sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number
from app.core.moments import Moment
from app.identity.schemas import Phone
from app.modules.events.kinds.signup.models import LONGEST_TITLE, LONGEST_VENUE, MOST_SEATS, Session
from app.modules.events.models import Campaign

MOST_SESSIONS = 30


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class SignupSettings(Schema):
    """How many sessions one member may take, until when a seat is given back, and how long an offered one is kept."""

    sessions_each = Number(MOST_SESSIONS, load_default=1)
    cancel_hours = Number(720, load_default=24)
    confirm_hours = Number(72, load_default=12)


class SessionForm(Schema):
    """A session; times are China time."""

    title = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TITLE, error=_("Up to %(most)d characters.", most=LONGEST_TITLE)),
        error_messages={"required": _("Give the session a name.")},
    )
    venue = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_VENUE, error=_("Up to %(most)d characters.", most=LONGEST_VENUE)),
        error_messages={"required": _("Say where it is.")},
    )
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    sign_up_until = Moment(required=True)
    seats = Number(MOST_SEATS, required=True)


class MoveForm(SessionForm):
    """A session that was announced, moved: its name stays."""

    class Meta:
        exclude = ("title",)

    reason = fields.String(
        required=True,
        validate=validate.Length(1, 200, error=_("Please shorten this.")),
        error_messages={"required": _("Say why: who registered is told.")},
    )


class ReasonForm(Schema):
    """Why a session or a registration is cancelled."""

    reason = fields.String(
        required=True,
        validate=validate.Length(1, 200, error=_("Please shorten this.")),
        error_messages={"required": _("Say why: who registered is told.")},
    )


class KeeperForm(Schema):
    """Who keeps the door, by their phone."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, 30, error=_("Please shorten this.")),
        error_messages={"required": _("Write what they are called.")},
    )
    phone = Phone(required=True)


class CodeForm(Schema):
    """A code that was scanned or typed."""

    code = fields.String(load_default="")


class NoteForm(Schema):
    """What a member tells along with a registration."""

    note = fields.String(load_default="", validate=validate.Length(max=200, error=_("Please shorten this.")))


@dataclass(frozen=True, slots=True)
class Terms:
    """A campaign's settings."""

    sessions_each: int
    cancel: timedelta
    confirm: timedelta

    def cancel_until(self, session: Session) -> datetime:
        """Until when members give a seat back and waiting ones move up."""
        return session.starts_at - self.cancel


def terms_of(campaign: Campaign) -> Terms:
    found: Any = SignupSettings().load(campaign.settings)
    return Terms(
        found["sessions_each"], timedelta(hours=found["cancel_hours"]), timedelta(hours=found["confirm_hours"])
    )
