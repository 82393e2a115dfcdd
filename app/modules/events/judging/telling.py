"""What judges are told: that they were named, that the judging begins, and a day before it ends what they still owe.

Who is a member of the zone reads it in their inbox; everybody reads the number of open sheets beside the line of the menu.
"""

from datetime import timedelta

from sqlalchemy import select

from app.core.i18n import moment
from app.members.models import Member
from app.modules.events.judging.duties import Duty
from app.modules.events.judging.models import AnyJudge
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import is_within

NEAR = timedelta(days=1)


def tell_named(judge: AnyJudge, duty: Duty) -> None:
    """Tell somebody once that they judge."""
    _tell("events.judge_named", judge, duty, begins=moment(duty.begins), ends=moment(duty.ends))


def tell_begun(judge: AnyJudge, duty: Duty) -> None:
    """Tell a judge once that the judging is on."""
    _tell("events.judge_begun", judge, duty, number=str(duty.owed), ends=moment(duty.ends))


def tell_near(judge: AnyJudge, duty: Duty) -> None:
    """Remind a judge once of what they still owe."""
    _tell("events.judge_near", judge, duty, number=str(duty.owed), ends=moment(duty.ends))


def _tell(kind: str, judge: AnyJudge, duty: Duty, **words: str) -> None:
    union = (
        db.session.scalar(select(Member.union_path).where(Member.id == judge.member_id)) if judge.member_id else None
    )
    if judge.member_id and is_within(union or "", current_zone().union_path):
        notify(kind, judge.member_id, {"title": duty.title, **words}, dedupe_key=f"{kind}:{duty.key}", href=duty.href)
