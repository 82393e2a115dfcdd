"""Through which channels an audience can be reached."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.members.audience import Audience
from app.members.models import Member
from app.notifications.kinds import EMAIL, SMS
from tenants.database import db


def has_address(channel: str) -> ColumnElement[bool]:
    """That a `Member` can be reached through a channel out of the house."""
    return Member.phone_cipher.is_not(None) if channel == SMS else func.coalesce(Member.email, "") != ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an audience has, and how many of them have no phone and no e-mail address."""

    members: int
    without_phone: int
    without_email: int


def measure_reach(audience: Audience) -> Reach:
    row = db.session.execute(
        select(func.count(), func.count().filter(~has_address(SMS)), func.count().filter(~has_address(EMAIL)))
        .select_from(Member)
        .where(*audience.conditions())
    ).one()
    return Reach(*row)
