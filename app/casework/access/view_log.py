"""Who looked at what of a case, and when: told to its member, by part and day, with every reason that was stated."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.casework.access.queries import stated_reasons
from app.casework.access.rule import Part
from app.casework.models import Case
from app.core.audit import AuditEntry
from app.core.clock import CHINA
from app.core.platform import platform
from tenants.database import db

MOST = 200


@dataclass(frozen=True, slots=True)
class CaseLook:
    """What somebody looked at on a day in China, `times` times; `who` names their part in the case, not the person."""

    day: date
    what: str
    who: str
    reason: str
    times: int


def list_looks(case: Case) -> list[CaseLook]:
    """The looks at a case, the newest day first; runs on the member's plane."""
    declared = {
        action: look for action, look in platform().modules.looks.items() if action.startswith(f"{case.module}.")
    }
    day = func.date(func.timezone(CHINA.utcoffset(None), AuditEntry.at))
    part, stated, opening = (AuditEntry.detail[key].astext for key in ("part", "stated_reason", "opening"))
    statement = (
        select(day, AuditEntry.action, part, stated, opening, func.count())
        .where(AuditEntry.object_type == "case", AuditEntry.object_id == str(case.id))
        .where(AuditEntry.subject_member_id == case.member_id, AuditEntry.action.in_(declared))
        .group_by(day, AuditEntry.action, part, stated, opening)
        .order_by(day.desc(), func.max(AuditEntry.at).desc())
        .limit(MOST)
    )
    reasons = stated_reasons(case.id)
    return [
        CaseLook(on, str(declared[action].title), _who(part), stated or reasons.get(opening or "", ""), times)
        for on, action, part, stated, opening, times in db.session.execute(statement)
    ]


def _who(part: str | None) -> str:
    named: dict[str | None, str] = {
        Part.HANDLER: _("The case handler"),
        Part.PARTICIPANT: _("A colleague who helps"),
        Part.DECIDER: _("Who decides"),
        Part.COUNSEL: _("Your lawyer"),
        Part.OPENER: _("Somebody else at the desk"),
    }
    return named.get(part, _("The union’s staff"))
