"""Which cases wait for their handler, since no lawyer was free for them."""

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from app.casework.models import Case, CaseEvent
from app.modules.legal_aid.lawyers.assigning import NOBODY
from app.modules.legal_aid.lawyers.models import LIVE, Assignment
from app.modules.legal_aid.tables import UNDER_WAY


def is_nobody_free() -> ColumnElement[bool]:
    """Of the columns of `Case`: no lawyer was free, none was found since, and the handler has done nothing about it yet."""
    found, later = aliased(CaseEvent), aliased(CaseEvent)
    done = exists().where(later.case_id == Case.id, later.id > found.id, later.account_id == Case.handler_id)
    nobody = exists().where(found.case_id == Case.id, found.action == NOBODY, ~done)
    has_one = exists().where(Assignment.case_id == Case.id, Assignment.state.in_(LIVE))
    return (Case.state == UNDER_WAY.key) & nobody & ~has_one
