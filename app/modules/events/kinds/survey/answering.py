"""Sending answers: checked along the way they lead, kept once, and where the survey is anonymous without whose they are."""

import json
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.platform import platform
from app.members.models import Member
from app.modules.events.entering import enter
from app.modules.events.kinds.survey.errors import AnswersMissing
from app.modules.events.kinds.survey.models import Ballot, Sheet
from app.modules.events.kinds.survey.questions import MOST_LETTERS, TEXTS, Answer, Answers, Page, Question, path_of
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.models import Campaign, Entry
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import LABEL_WIDTH


def send(member_id: UUID, campaign: Campaign, answers: Answers) -> None:
    """Keep a member's answers; sent twice the first hold. Raises `NotOpen`, `NotInvited`, `AnswersMissing`."""
    survey = survey_of(campaign)
    path = list(path_of(survey.questions, answers))
    if any(faults(page, answers) for page in path):
        raise AnswersMissing
    if not enter(member_id, campaign):
        return
    asked = {question.number for page in path for question in page}
    given = {str(number): answer for number, answer in sorted(answers.items()) if number in asked}
    keep = _seal if survey.is_anonymous else _sign
    keep(member_id, campaign.id, given)
    db.session.flush()


def faults(page: Page, answers: Answers) -> dict[int, str]:
    """What is wrong with the answers to a page, by the number of the question."""
    found = {question.number: _fault(question, answers.get(question.number)) for question in page}
    return {number: words for number, words in found.items() if words}


def _fault(question: Question, answer: Answer | None) -> str:
    if answer is None:
        return _("Please answer this question.") if question.is_required else ""
    if question.kind in TEXTS and isinstance(answer, str) and len(answer) > MOST_LETTERS[question.kind]:
        return _("Please shorten this to %(most)s characters.", most=MOST_LETTERS[question.kind])
    return ""


def _sign(member_id: UUID, campaign_id: UUID, given: dict[str, Answer]) -> None:
    own = select(Entry.id).where(Entry.campaign_id == campaign_id, Entry.member_id == member_id)
    entry_id = db.session.scalars(own).one()
    db.session.add(
        Sheet(id=entry_id, campaign_id=campaign_id, member_id=member_id, union_id=_union_of(member_id), answers=given)
    )


def _seal(member_id: UUID, campaign_id: UUID, given: dict[str, Answer]) -> None:
    """Put them into the box (`models`): nothing of the row is the member's but what it holds, which nobody reads one by one."""
    ballot = Ballot(id=uuid4(), campaign_id=campaign_id)
    told = json.dumps({"union_id": str(_union_of(member_id)), "answers": given}, ensure_ascii=False)
    ballot.answers_cipher = platform().cipher.encrypt(
        told, table=Ballot.__tablename__, column="answers_cipher", row=ballot.id
    )
    db.session.add(ballot)


def _union_of(member_id: UUID) -> UUID:
    """The union right below the zone's to which a member belongs, or the zone's own."""
    path = db.session.scalars(select(Member.union_path).where(Member.id == member_id)).one() or ""
    near = path[: len(current_zone().union_path) + LABEL_WIDTH + 1]
    return db.session.scalars(select(Union.id).where(Union.path == near)).one()
