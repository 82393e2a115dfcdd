"""Who gets how much of a draft issue: chosen by an audience, each the same, or named in a sheet, each with an amount."""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select

from app.benefits.beans.errors import NobodyGets, TagsNotYours
from app.benefits.beans.issuing import find_budget, members_of_budget, own_draft, set_lines
from app.benefits.beans.models import BeanIssue, BeanIssueLine
from app.core.row_ids import id_for_each_row
from app.members.audience import Audience
from app.members.audience.freezing import MOST_PROBLEMS
from app.members.audience.tags import read_tags, tag_members
from app.members.models import Member
from app.members.naming import NamedMember, Refusal, read_members
from tenants.context import Actor
from tenants.database import db
from tenants.isolation import RUNNING_ZONE
from tenants.paths import in_subtree

AMOUNT = ("豆数", "福利豆", "数量", "金额", "发放数量", "beans", "amount")
"""Headings of the column that says how many beans a line gives."""
TAGS = ("标签", "会员标签", "tags", "tag")
"""Headings of the column, which may be missing, that says which tags a line's member is given."""
WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
MAY_TAG = "members.import"
MOST = 1_000_000
"""Beans of one member in one issue."""


def choose_members(actor: Actor, issue_id: UUID, audience: Audience, amount: int, *, seen: str) -> None:
    """Make those of an audience who belong to the budget's union now the members of a draft, each with `amount`.

    Raises `NobodyGets`, and like `issuing.set_lines`.
    """
    issue = own_draft(actor, issue_id, seen)
    db.session.execute(delete(BeanIssueLine).where(BeanIssueLine.issue_id == issue.id))
    rows = select(RUNNING_ZONE, id_for_each_row(), literal(issue.id), Member.id, literal(amount)).where(
        *audience.conditions(), *in_subtree(Member.union_path, find_budget(issue.budget_id).union_path)
    )
    columns = ["zone_id", "id", "issue_id", "member_id", "amount"]
    db.session.execute(insert(BeanIssueLine).from_select(columns, rows, include_defaults=False))
    if not count_lines(issue.id)[0]:
        raise NobodyGets(field="audience")
    issue.audience, issue.amount_each = audience.to_json(), amount
    issue.sheet_name, issue.refused, issue.problems = "", 0, []
    issue.version += 1
    db.session.flush()


def name_members(actor: Actor, issue_id: UUID, data: bytes, filename: str, *, seen: str) -> BeanIssue:
    """Make the members that a sheet names, with their amounts, those of a draft, and give them the tags it lists; lines that can't be
    taken are kept as `problems`. Raises `UnreadableFile`, `TagsNotYours`, and like `issuing.set_lines`."""
    issue = own_draft(actor, issue_id, seen)
    people, refusals = read_members(data, filename, AMOUNT, TAGS)
    here = members_of_budget(issue.budget_id, (person.member_id for person in people))
    refusals += _refusals(people, here)
    refused = {refusal.line for refusal in refusals}
    amounts = {person.member_id: _amount(person.more) for person in people if person.line not in refused}
    tags = {person.member_id: read_tags(person.also) for person in people if person.also and person.line not in refused}
    if tags and not actor.may(MAY_TAG):
        raise TagsNotYours(field="file")
    set_lines(actor, issue_id, amounts, seen=seen)
    tag_members(actor, tags)
    issue.audience, issue.amount_each = None, None
    issue.sheet_name, issue.refused = filename[-200:], len(refusals)
    issue.problems = [each.to_json() for each in sorted(refusals, key=lambda each: each.line)[:MOST_PROBLEMS]]
    db.session.flush()
    return issue


def _refusals(people: Iterable[NamedMember], here: set[UUID]) -> list[Refusal]:
    elsewhere = [Refusal(person.line, "other_union") for person in people if person.member_id not in here]
    no_number = [
        Refusal(person.line, "whole_number", person.more_cell)
        for person in people
        if not 0 < _amount(person.more) <= MOST
    ]
    no_tag = [Refusal(person.line, "tag_form", person.also_cell) for person in people if not _are_tags(person.also)]
    return elsewhere + no_number + no_tag


def _amount(text: str) -> int:
    """The number in a cell, also one written as 1,000; 0 for none."""
    is_number = WHOLE.fullmatch(text) and len(text) <= len(f"{MOST:,}")
    return int(text.replace(",", "")) if is_number else 0


def _are_tags(text: str) -> bool:
    try:
        read_tags(text)
    except ValueError:
        return False
    return True


def count_lines(issue_id: UUID) -> tuple[int, int]:
    """How many members an issue has, and how many beans they get."""
    query = select(func.count(), func.coalesce(func.sum(BeanIssueLine.amount), 0))
    number, total = db.session.execute(query.where(BeanIssueLine.issue_id == issue_id)).one()
    return number, int(total)
