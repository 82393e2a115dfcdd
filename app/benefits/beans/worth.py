"""What an issue of beans counts as where spending rules look at it."""

from sqlalchemy import ColumnElement, Select, select

from app.benefits.beans.models import BeanBudget, BeanCatalogue, BeanIssue, BeanIssueLine
from app.benefits.rules import Giving
from app.benefits.rules.categories import earmark_of
from app.core.clock import today_in_china
from tenants.context import current_zone
from tenants.database import db

ISSUE = "bean_issue"


def giving_of(issue: BeanIssue) -> Giving:
    """An issue as given today; its goods are those of its budget's catalogue."""
    catalogue = db.session.get_one(BeanCatalogue, (current_zone().id, _budget(issue).catalogue_id))
    return Giving(ISSUE, issue.id, issue.category, today_in_china(), earmark_of(catalogue.categories))


def lines_worth(issue: BeanIssue, *conditions: ColumnElement[bool]) -> Select:
    """Each member of an issue's lines with what they get in cents; of those lines that meet the conditions."""
    value = (BeanIssueLine.amount * _budget(issue).cents_per_bean).label("value_cents")
    return select(BeanIssueLine.member_id, value).where(BeanIssueLine.issue_id == issue.id, *conditions)


def _budget(issue: BeanIssue) -> BeanBudget:
    return db.session.get_one(BeanBudget, (current_zone().id, issue.budget_id))
