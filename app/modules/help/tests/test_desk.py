"""The staff's side: the list, simultaneous handlers, two people for a decision, the workbook."""

import io
import re
from contextlib import closing
from datetime import datetime
from html import unescape
from urllib.parse import quote
from uuid import UUID

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.casework import figures, queue
from app.casework.calendar.in_force import MEMORY
from app.casework.models import Case, CaseEvent
from app.core.audit import AuditEntry
from app.core.sheets import read_sheet
from app.modules.help.tests.desk import STORY
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def others_apply(desk, world, count: int) -> list[str]:
    """Applications of `count` further members."""
    mine = desk.member
    ids = []
    for _ in range(count):
        desk.member = world.client(desk.zone, world.member(desk.zone))
        ids.append(str(desk.submitted()))
    desk.member = mine
    return ids


def test_second_handler_is_told_what_changed_and_keeps_what_they_typed(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    seen = desk.find(case_id).mark
    desk.step(desk.handler, case_id, "return", reason="请补充材料一")
    again = desk.step(desk.handler, case_id, "return", reason="请补充材料一", seen=seen)
    assert again.status_code == 302  # the same person sent the same step again
    late = desk.step(desk.handler, case_id, "return", reason="请补充材料二", seen=seen)
    assert late.status_code == 409
    assert "请补充材料二" in late.text
    desk.send(desk.form(amount_requested="900"), "seasonal")
    desk.step(desk.handler, case_id, "take")
    stale = desk.step(desk.handler, case_id, "recommend", recommendation="refuse", note="我写了很久的意见", seen=seen)  # fmt: skip
    assert stale.status_code == 409
    assert "我写了很久的意见" in stale.text
    assert desk.find(case_id).state == "in_review"


def test_stale_form_of_a_step_still_possible_shows_the_new_state_and_the_typed_reason(desk):
    case_id = desk.recommended()
    seen = desk.find(case_id).former_mark
    stale = desk.step(desk.admin, case_id, "refuse", reason="不符合条件的理由", seen=seen)
    assert stale.status_code == 409
    assert "不符合条件的理由" in stale.text
    assert f'name="_seen" value="{desk.find(case_id).mark}"' in stale.text
    assert desk.find(case_id).state == "recommended"


def test_step_sent_twice_happens_once(desk):
    case_id = desk.recommended()
    seen = desk.find(case_id).mark
    csrf = token(desk.admin, f"/console/help/{case_id}")
    form = {"csrf_token": csrf, "_seen": seen, "amount_granted": "800", "reason": "按规定标准核定"}
    path = f"/console/help/{case_id}/steps/approve"
    assert [desk.admin.post(path, data=form).status_code for _ in range(2)] == [302, 302]
    with scope(Plane.WORKER, zone=desk.zone):
        kinds = db.session.execute(select(Message.kind)).scalars().all()
        decisions = db.session.execute(select(CaseEvent.id).where(CaseEvent.action == "approve")).all()
    assert kinds.count("help.approved") == 1
    assert len(decisions) == 1


def test_a_decision_sent_again_with_another_amount_is_told_that_the_first_counts(desk):
    case_id = desk.recommended()
    seen = desk.find(case_id).mark
    csrf = token(desk.admin, f"/console/help/{case_id}")
    path = f"/console/help/{case_id}/steps/approve"
    form = {"csrf_token": csrf, "_seen": seen, "amount_granted": "800", "reason": "按规定标准核定"}
    assert desk.admin.post(path, data=form).status_code == 302
    again = desk.admin.post(path, data={**form, "amount_granted": "123.45", "reason": "改为小额"})
    assert again.status_code == 409
    assert "123.45" in again.text
    assert "改为小额" in again.text
    assert desk.find(case_id).amount_granted_cents == 80_000


def test_the_handler_is_offered_to_recommend_and_not_to_take_over_from_themselves(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    own = desk.handler.get(f"/console/help/{case_id}").text
    assert "/steps/recommend" in own
    assert "step=take_over" not in own


def test_what_was_completed_is_offered_to_its_handler_again(desk):
    case_id = desk.taken()
    submitted_at = desk.find(case_id).submitted_at
    desk.step(desk.handler, case_id, "return", reason="请补充材料")
    desk.send(desk.form(amount_requested="900"), "seasonal")
    assert desk.find(case_id).submitted_at == submitted_at, "the applicant has waited since then"
    assert "/steps/take" in desk.handler.get(f"/console/help/{case_id}").text
    assert "/steps/take" not in desk.colleague.get(f"/console/help/{case_id}").text


def test_who_recommended_may_not_decide(desk):
    case_id = desk.submitted()
    desk.step(desk.admin, case_id, "take")
    desk.step(desk.admin, case_id, "recommend", recommendation="grant", amount_recommended="500", note="本人审核")  # fmt: skip
    refused = desk.step(desk.admin, case_id, "approve", amount_granted="500")
    assert refused.status_code == 403
    assert desk.find(case_id).state == "recommended"


@pytest.mark.parametrize(("amount", "status"), [("800.01", 422), ("0", 422), ("abc", 422), ("", 422), ("800", 302)])
def test_no_more_is_granted_than_two_people_agreed_on(desk, amount, status):
    case_id = desk.recommended()
    answer = desk.step(desk.admin, case_id, "approve", amount_granted=amount, reason="同意发放")
    assert answer.status_code == status
    if status == 422:
        assert "同意发放" in answer.text
        assert 'id="error-amount_granted"' in answer.text


@pytest.mark.parametrize("step", ["approve", "change"])
def test_less_than_was_asked_for_is_granted_with_a_reason_the_member_reads(desk, world, step):
    case_id, decider = desk.recommended(), desk.admin
    if step == "change":
        assert desk.step(desk.admin, case_id, "approve", amount_granted="500").status_code == 302
        own = f"/help/{case_id}"
        appeal = {"csrf_token": token(desk.member, own), "reason": "还差四百元，请再考虑"}
        assert desk.member.post(f"{own}/appeal", data=appeal).status_code == 302
        decider = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert "申请金额为 ¥900.00" in decider.get(f"/console/help/{case_id}?step={step}").text
    refused = desk.step(decider, case_id, step, amount_granted="800", reason="")
    assert refused.status_code == 422
    assert 'id="error-reason"' in refused.text
    assert 'value="800"' in refused.text
    assert desk.step(decider, case_id, step, amount_granted="800", reason="按年度限额核减").status_code == 302
    page = desk.member.get(f"/help/{case_id}").text
    assert "按年度限额核减" in page
    assert "申请金额 ¥900.00" in page


def test_all_that_was_asked_for_is_granted_without_words(desk):
    case_id = desk.recommended(amount_requested="800")
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800", reason="").status_code == 302
    assert "申请金额 ¥" not in desk.member.get(f"/help/{case_id}").text


def test_a_decision_is_made_though_nobody_has_looked_at_the_calendar_for_a_while(desk):
    case_id = desk.recommended()
    current_app.extensions[MEMORY].forget()
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    assert desk.find(case_id).answered_in_days == 0


def test_recommended_refusal_can_not_be_granted(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "recommend", recommendation="refuse", note="收入高于标准")
    assert desk.step(desk.admin, case_id, "approve", amount_granted="1").status_code == 422


def test_recommendation_to_grant_names_an_amount_within_the_kinds_limit(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    for amount in ("", "2000.01"):
        answer = desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended=amount,
                           note="建议批准")  # fmt: skip
        assert answer.status_code == 422
        assert "建议批准" in answer.text


def test_return_without_reasons_is_refused(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    assert desk.step(desk.handler, case_id, "return", reason=" ").status_code == 422
    assert desk.find(case_id).state == "in_review"


def test_an_inner_note_sent_twice_is_one_note(desk):
    case_id = desk.taken()
    desk.open_for_reason(desk.colleague, case_id)
    page = f"/console/help/{case_id}"
    for client in (desk.handler, desk.handler, desk.colleague, desk.handler):
        answer = client.post(f"{page}/notes", data={"csrf_token": token(client, page), "inner_note": "邻居属实"})
        assert answer.status_code == 302
    assert desk.handler.get(page).text.count("邻居属实") == 3


def test_inner_notes_stay_inside(desk):
    case_id = desk.taken()
    desk.open_for_reason(desk.colleague, case_id)
    csrf = token(desk.handler, f"/console/help/{case_id}")
    desk.handler.post(f"/console/help/{case_id}/notes", data={"csrf_token": csrf, "inner_note": "邻居反映属实"})
    assert "邻居反映属实" in desk.colleague.get(f"/console/help/{case_id}").text
    assert "邻居反映属实" not in desk.member.get(f"/help/{case_id}").text
    member = Actor(desk.person.account_id, desk.person.member_id)
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        assert db.session.execute(select(CaseEvent.action)).scalars().all() == ["submit", "take"]


def test_many_are_taken_at_once(desk, world):
    ids = others_apply(desk, world, 3)
    desk.step(desk.colleague, ids[0], "take")
    csrf = token(desk.handler, "/console/help/")
    answer = desk.handler.post("/console/help/take", data={"csrf_token": csrf, "id": [*ids, "nonsense", uuid7()]})
    assert answer.status_code == 302
    handlers = [desk.find(one).handler_id for one in ids]
    assert handlers[1] == handlers[2] != handlers[0]


def test_list_is_ordered_by_the_promised_day_and_paged_by_key(desk, world):
    ids = others_apply(desk, world, 5)
    days = ["2026-03-05", "2026-03-01", "2026-03-05", "2026-02-01", "2026-03-09"]
    with scope(Plane.WORKER, zone=desk.zone):
        for one, day in zip(ids, days, strict=True):
            db.session.execute(
                update(Case).where(Case.id == one).values(due_at=datetime.fromisoformat(f"{day}T23:59:59+08:00"))
            )
        db.session.commit()
    actor, seen, filters = Actor(), [], queue.Filters()
    with scope(Plane.STAFF, zone=desk.zone, actor=actor):
        while True:
            page = queue.list_queue(actor, "help", filters, size=2)
            seen += [str(row.id) for row in page.rows]
            if not page.next_after:
                break
            filters = queue.Filters(after=page.next_after)
    assert seen == [ids[3], ids[1], ids[0], ids[2], ids[4]]


def test_list_is_narrowed_by_state_kind_and_handler(desk, world):
    first, second = others_apply(desk, world, 2)
    desk.step(desk.handler, first, "take")
    shown = {
        "?state=submitted": second,
        "?state=in_review": first,
        "?handler=mine": first,
        "?handler=nobody": second,
    }
    for query, expected in shown.items():
        page = desk.handler.get(f"/console/help/{query}").text
        assert expected in page
        assert (first if expected == second else second) not in page
    assert first not in desk.handler.get("/console/help/?kind=illness").text
    for odd in ("?state=x&kind=y&handler=z&after=_", "?after=2026-99-99_1", "?after=_nonsense"):
        assert desk.handler.get(f"/console/help/{odd}").status_code == 200


def test_workbook_holds_the_list_masked_and_is_recorded(desk):
    desk.submitted()
    csrf = token(desk.admin, "/console/help/")
    with closing(desk.admin.post("/console/help/export", data={"csrf_token": csrf, "state": "all"})) as answer:
        assert answer.status_code == 200
        assert quote("困难帮扶") in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        data = answer.data
    cells = [str(cell) for _, row in read_sheet(io.BytesIO(data), "list.xlsx").rows for cell in row]
    words = " ".join(cells)
    assert "林*燕" in words
    assert "900" in words
    for secret in ("林海燕", "13800138000", STORY):
        assert secret not in words
    with scope(Plane.STAFF, zone=desk.zone):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.export")).scalar_one()
    assert entry.detail["rows"] == 1


def test_member_reads_no_names_of_staff(desk):
    case_id = desk.recommended()
    desk.step(desk.admin, case_id, "refuse", reason="同一事由已获救助")
    page = desk.member.get(f"/help/{case_id}").text
    assert not re.search(r"干部\d", page)
    assert re.search(r"干部\d", desk.handler.get(f"/console/help/{case_id}").text)


def test_figures_count_what_is_there(desk):
    desk.step(desk.admin, desk.recommended(), "approve", amount_granted="100")
    desk.submitted()
    with scope(Plane.STAFF, zone=desk.zone):
        counted = (
            figures.count_untaken("help"),
            figures.count_in_hand("help"),
            figures.count_decided_this_month("help"),
        )
    assert counted == (1, 0, 1)


def found(desk, client: FlaskClient | None = None, **query: str) -> set[str]:
    """The numbers of the applications the list shows."""
    page = (client or desk.handler).get("/console/help/", query_string=query).text
    return set(re.findall(r"HD-\d{4}-\d{10}(?=</a>)", page))


def test_applications_are_found_by_number_and_by_the_beginning_of_a_name(desk, world):
    number = desk.find(desk.submitted()).number
    mine, desk.member = desk.member, world.client(desk.zone, world.member(desk.zone, "林小满"))
    other = desk.find(desk.submitted()).number
    desk.member = mine
    assert found(desk, q=number) == {number}
    assert found(desk, q=number.lower()) == {number}
    assert found(desk, q=number.rpartition("-")[2]) == {number}
    assert found(desk, q=number.replace("HD", "ＨＤ")) == {number}
    assert found(desk, q=other.rpartition("-")[2]) == {other}
    assert found(desk, q="HD-") == {number, other}
    assert found(desk, q="林") == {number, other}
    assert found(desk, q="林海") == {number}
    assert found(desk, q="海燕") == {number}
    for nothing in ("燕", "李", "HD-1999", "%", "9999999", "_"):
        assert found(desk, q=nothing) == set(), nothing


def test_a_search_looks_at_every_state_unless_one_is_chosen(desk):
    application = desk.find(desk.recommended())
    desk.step(desk.admin, application.id, "approve", amount_granted="100")
    assert found(desk, q=application.number) == {application.number}
    assert found(desk, q=application.number, state="open") == set()
    assert found(desk) == set()


def test_a_search_finds_nothing_of_another_zone(desk, world):
    application = desk.find(desk.submitted())
    elsewhere = world.zone()
    foreign = world.client(elsewhere, world.staff(elsewhere, "caseworker"))
    for q in (application.number, "林", application.number.rpartition("-")[2]):
        assert found(desk, q=q) == {application.number}
        assert found(desk, foreign, q=q) == set()


@pytest.mark.parametrize(("state", "order"), [("open", "clock"), ("open", "newest"), ("all", "newest")])
def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(desk, world, monkeypatch, state, order):
    numbers = [desk.find(UUID(one)).number for one in others_apply(desk, world, 5)]
    monkeypatch.setattr(queue.list_queue, "__defaults__", (2,))
    path, page, seen = f"/console/help/?state={state}&order={order}", "", []
    for _ in range(3):
        page = desk.handler.get(path).text
        seen += re.findall(r"HD-\d{4}-\d{10}(?=</a>)", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(following[1]) if following else ""
    assert path == ""
    assert seen == (numbers if order == "clock" else numbers[::-1])
    assert 'rel="first"' in page


def test_a_refused_form_keeps_the_mark_it_came_with(desk):
    case_id = desk.recommended()
    seen = desk.find(case_id).former_mark
    refused = desk.step(desk.admin, case_id, "refuse", reason="短", seen=seen)
    assert refused.status_code == 422
    assert f'name="_seen" value="{seen}"' in refused.text
