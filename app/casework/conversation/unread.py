"""Which cases have messages that staff have not read."""

from sqlalchemy import ColumnElement, select

from app.casework.conversation.models import Author, CaseMessage
from app.casework.models import Case


def has_unread_from_member() -> ColumnElement[bool]:
    """The member has written and nobody has read it."""
    return (
        select(CaseMessage.id)
        .where(CaseMessage.case_id == Case.id, CaseMessage.author == Author.MEMBER, CaseMessage.read_at.is_(None))
        .correlate(Case)
        .exists()
    )
