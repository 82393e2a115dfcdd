"""A double application goes on in the other one: nothing of it is lost, the earlier promise holds, and the member knows."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.casework.conversation.models import CaseMessage
from app.casework.links.merging import merge_cases
from app.casework.links.models import CaseMerge
from app.casework.models import Case, CaseClock
from app.casework.operations import withdraw_case
from app.casework.states import Phase
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.members.models import Member
from app.modules.help.tests.desk import Desk
from app.notifications.models import Message
from tenants.context import Actor, Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once
from tests.fixtures.forms import token_of as token

WHY = "两份申请为同一困难"


def merge(desk: Desk, case_id: UUID, other: UUID, client=None, **typed):
    """Merge the case into the other one, from its page."""
    client, page = client or desk.handler, f"/console/help/{case_id}/merge"
    form = {"csrf_token": token(desk.handler, f"/console/help/{case_id}"), "_seen": desk.find(case_id).mark,
            "other": f"{other}~{desk.find(other).mark}", "goes_on": "other", "merge_reason": WHY}  # fmt: skip
    return client.post(page, data=form | typed)


def change(desk: Desk, case_id: UUID, **values) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(**values))
        db.session.commit()


def promise(desk: Desk, case_id: UUID, due: datetime) -> None:
    """Let the answer be promised by another moment."""
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseClock).where(CaseClock.case_id == case_id).values(due_at=due))
        db.session.commit()
    change(desk, case_id, due_at=due)


def message(desk: Desk, case_id: UUID, words: str):
    own = f"/help/{case_id}"
    form = {"csrf_token": token(desk.member, own), "_once": str(uuid7()), "message": words}
    return desk.member.post(f"{own}/messages", data=form)


def test_the_page_offers_the_two_and_both_ends_know_where_it_goes_on(desk, pair):
    ending, into = pair
    offered = desk.handler.get(f"/console/help/{ending}/merge").text
    assert desk.find(into).number in offered
    message(desk, ending, "我只有一份收入证明")
    assert merge(desk, ending, into).status_code == 302
    merged, goes_on = desk.find(ending), desk.find(into)
    assert (merged.phase, merged.state, merged.due_at) == (Phase.MERGED, "merged", None)
    assert merged.closed_at is not None
    assert goes_on.phase == Phase.OPEN
    page = desk.handler.get(f"/console/help/{into}").text
    assert "我只有一份收入证明" in page
    assert "户口簿" in page
    assert f"并入本案的个案：{merged.number}" in page
    assert f'href="/console/help/{into}">{goes_on.number}</a>' in desk.handler.get(f"/console/help/{ending}").text
    own = desk.member.get(f"/help/{ending}").text
    assert f'href="/help/{into}"' in own
    assert WHY in own
    assert WHY in desk.member.get(f"/help/{into}").text


def test_the_member_is_told_once_and_the_number_is_still_found(desk, pair):
    ending, into = pair
    assert [merge(desk, ending, into).status_code for _ in range(2)] == [302, 302]
    with scope(Plane.WORKER, zone=desk.zone):
        told = db.session.scalars(select(Message).where(Message.kind == "help.merged")).all()
        assert [each.href for each in told] == [f"/help/{into}"]
        assert len(db.session.scalars(select(CaseMerge)).all()) == 1
    assert desk.find(ending).number in desk.handler.get(f"/console/help/?q={desk.find(ending).number}").text


@pytest.mark.parametrize("is_earlier", [True, False])
def test_the_earlier_promise_holds_and_the_clocks_of_what_ends_stop(desk, pair, is_earlier):
    ending, into = pair
    due = desk.find(into).due_at
    assert due is not None
    other = due - timedelta(days=2) if is_earlier else due + timedelta(days=2)
    promise(desk, ending, other)
    merge(desk, ending, into)
    assert desk.find(into).due_at == min(due, other)
    with scope(Plane.WORKER, zone=desk.zone):
        running = db.session.scalars(select(CaseClock.case_id).where(CaseClock.stopped_at.is_(None))).all()
    assert list(running) == [into]


def test_nothing_is_added_to_what_was_merged_and_it_is_not_withdrawn_or_rated(desk, pair):
    ending, into = pair
    merge(desk, ending, into)
    own = desk.member.get(f"/help/{ending}").text
    assert "撤回" not in own.partition("转入其他个案")[0]
    assert f'action="/help/{ending}/withdraw"' not in own
    assert f'action="/help/{ending}/rating"' not in own
    form = {"csrf_token": token(desk.member, f"/help/{into}")}
    assert desk.member.post(f"/help/{ending}/withdraw", data=form).status_code == 409
    assert message(desk, into, "请问什么时候有结果").status_code == 302
    form = {"csrf_token": token(desk.member, f"/help/{into}"), "_once": str(uuid7()), "message": "还在吗"}
    assert desk.member.post(f"/help/{ending}/messages", data=form).status_code == 409
    csrf = token(desk.handler, f"/console/help/{into}")
    for what, typed in (("notes", {"inner_note": "补充"}), ("tasks", _task(desk))):
        sent = desk.handler.post(f"/console/help/{ending}/{what}", data={"csrf_token": csrf, **typed})
        assert sent.status_code == 409, what
    with scope(Plane.WORKER, zone=desk.zone):
        assert {each.case_id for each in db.session.scalars(select(CaseMessage))} == {into}


def _task(desk: Desk) -> dict[str, str]:
    with scope(Plane.WORKER, zone=desk.zone):
        handler = db.session.scalars(select(Case.handler_id)).first()
    return {"_once": str(uuid7()), "title": "回访", "assignee": str(handler), "due_on": str(today_in_china())}


def test_whoever_reads_the_one_that_goes_on_reads_what_was_merged_into_it(desk, pair):
    ending, into = pair
    merge(desk, ending, into)
    assert "户口簿" not in desk.colleague.get(f"/console/help/{ending}").text
    assert desk.open_for_reason(desk.colleague, into).status_code == 302
    assert "户口簿" in desk.colleague.get(f"/console/help/{ending}").text


def test_a_case_into_which_one_was_merged_is_merged_itself(desk, pair):
    first, second = pair
    merge(desk, first, second)
    third = UUID(desk.send(desk.form()).location.split("/")[-2])
    desk.step(desk.handler, third, "take")
    assert merge(desk, second, third).status_code == 302
    page = desk.handler.get(f"/console/help/{third}").text
    assert all(f"并入本案的个案：{desk.find(each).number}" in page for each in pair)
    assert f'href="/help/{third}"' in desk.member.get(f"/help/{first}").text


@pytest.mark.parametrize("whose", ["ending", "into"])
@pytest.mark.parametrize(
    "values",
    [
        {"state": "recommended", "recommendation": "refuse", "recommended_by": uuid7()},
        {"state": "withdrawn", "phase": Phase.WITHDRAWN, "closed_at": now(), "due_at": None},
        {"blind_paths": ["0001.zzzz."]},
    ],
    ids=["recommended", "over", "kept from another union"],
)
def test_what_is_recommended_over_or_kept_from_another_union_is_never_merged(desk, pair, whose, values):
    change(desk, dict(zip(("ending", "into"), pair, strict=True))[whose], **values)
    assert merge(desk, *pair).status_code == 409
    assert desk.find(pair[0]).phase != Phase.MERGED


def test_cases_of_two_members_are_never_merged(desk, pair):
    ending, _into = pair
    mine, desk.member = desk.member, desk.world.client(desk.zone, desk.world.member(desk.zone))
    foreign = desk.taken()
    desk.member = mine
    assert desk.find(foreign).number not in desk.handler.get(f"/console/help/{ending}/merge").text
    assert merge(desk, ending, foreign).status_code == 409


def test_a_returned_case_ends_in_another_one_but_none_goes_on_in_it(desk, pair):
    ending, into = pair
    desk.step(desk.handler, ending, "return", reason="请补充")
    assert merge(desk, into, ending).status_code == 409
    assert merge(desk, ending, into).status_code == 302


def test_an_old_page_of_either_is_refused_and_keeps_what_was_typed(desk, pair):
    ending, into = pair
    page = f"/console/help/{ending}"
    for seen, mark in (("0", desk.find(into).mark), (desk.find(ending).mark, "0")):
        form = {"csrf_token": token(desk.handler, page), "_seen": seen, "other": f"{into}~{mark}", "goes_on": "other",
                "merge_reason": WHY}  # fmt: skip
        answer = desk.handler.post(f"{page}/merge", data=form)
        assert answer.status_code == 409
        assert WHY in answer.text


def test_who_may_not_read_both_merges_nothing(desk, pair):
    ending, into = pair
    assert merge(desk, ending, into, client=desk.colleague).status_code in (400, 403)
    csrf = token(desk.colleague, f"/console/help/{ending}")
    assert merge(desk, ending, into, client=desk.colleague, csrf_token=csrf).status_code == 403
    assert desk.open_for_reason(desk.colleague, ending).status_code == 302
    csrf = token(desk.colleague, f"/console/help/{ending}")
    assert merge(desk, ending, into, client=desk.colleague, csrf_token=csrf).status_code == 403


def test_who_is_kept_from_the_one_is_kept_from_both(desk, pair):
    ending, into = pair
    other = uuid7()
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(CaseConflict(case_id=ending, member_id=desk.person.member_id, account_id=other))
        db.session.commit()
    change(desk, into, handler_id=other)
    admin = desk.admin
    for case_id in pair:
        assert desk.open_for_reason(admin, case_id).status_code == 302
    csrf = token(admin, f"/console/help/{ending}")
    assert "已回避" in merge(desk, ending, into, client=admin, csrf_token=csrf).text
    change(desk, into, handler_id=desk.find(ending).handler_id)
    assert merge(desk, ending, into).status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        assert set(db.session.scalars(select(CaseConflict.case_id))) == set(pair)


def test_what_was_merged_into_a_case_is_kept_from_whom_that_is_kept_from_by_now(desk, pair):
    ending, into = pair
    assert merge(desk, ending, into).status_code == 302
    assert desk.step(desk.handler, into, "return", reason="请补充工作单位").status_code == 302
    county = desk.world.union_of(desk.zone)
    factory = desk.world.union(f"{county.name}海锋机械厂工会", "enterprise", county)
    insider = desk.world.member(factory)
    desk.world.grant(insider, desk.zone, "caseworker")
    client = desk.world.client(desk.zone, insider)
    assert client.get(f"/console/help/{ending}").status_code == 200
    with scope(Plane.WORKER, zone=desk.zone):
        moved = update(Member).where(Member.id == desk.person.member_id)
        db.session.execute(moved.values(union_path=factory.path))
        db.session.commit()
    assert desk.send(desk.form(into, amount_requested="900"), "seasonal").status_code == 302
    run_due_events()
    assert desk.find(into).blind_paths == desk.find(ending).blind_paths == [factory.path]
    assert client.get(f"/console/help/{ending}").status_code == 404


def test_two_merges_the_other_way_round_at_once_leave_one_of_them(desk, pair):
    staff = acting(desk, pair[0])
    seen = {each: desk.find(each).mark for each in pair}
    one, other = pair
    refusals = at_once(desk.world.app, [
        (staff, lambda: merge_cases(staff.actor, one, other, WHY, seen=seen)),
        (staff, lambda: merge_cases(staff.actor, other, one, WHY, seen=seen)),
    ])  # fmt: skip
    assert sorted(each is None for each in refusals) == [False, True]
    assert sorted(desk.find(each).phase for each in pair) == [Phase.MERGED, Phase.OPEN]


def test_a_merge_while_the_member_withdraws_leaves_one_of_both(desk, pair):
    ending, into = pair
    staff, member = acting(desk, ending), Actor(desk.person.account_id, desk.person.member_id, desk.person.name)
    seen = {each: desk.find(each).mark for each in pair}
    refusals = at_once(desk.world.app, [
        (staff, lambda: merge_cases(staff.actor, ending, into, WHY, seen=seen)),
        (Scope(Plane.MEMBER, desk.zone, member), lambda: withdraw_case(member, ending)),
    ])  # fmt: skip
    assert sorted(each is None for each in refusals) == [False, True]
    assert desk.find(ending).phase == (Phase.MERGED if refusals[0] is None else Phase.WITHDRAWN)
    assert desk.find(into).phase == Phase.OPEN


def acting(desk: Desk, case_id: UUID) -> Scope:
    """The handler of a case."""
    case = desk.find(case_id)
    actor = Actor(case.handler_id, None, case.handler_name, frozenset({"help.review"}),
                  ties=frozenset({desk.zone.union_path}))  # fmt: skip
    return Scope(Plane.STAFF, desk.zone, actor)
