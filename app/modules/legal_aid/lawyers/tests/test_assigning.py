"""A case finds its lawyer: offered, taken or turned down, taken away, objected to."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.core.audit import AuditEntry
from app.core.clock import now
from app.identity.models import RoleGrant
from app.identity.queries import list_colleagues
from app.modules.legal_aid.lawyers.assigning import accept, lapse, offer
from app.modules.legal_aid.lawyers.errors import AlreadyGiven, LawyerHindered, OfferConflicted
from app.modules.legal_aid.lawyers.models import Assignment, Lawyer
from app.modules.legal_aid.lawyers.tests.panel import EMPLOYER
from app.modules.legal_aid.rights import COUNSEL, REVIEW
from app.notifications.models import Message
from app.unions.models import Union
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of

STORY = "拖欠工资"


def states(panel, case_id) -> list[str]:
    return [each.state for each in panel.assignments(case_id)]


def candidates(panel, case_id) -> str:
    return panel.desk.handler.get(f"/console/legal_aid/{case_id}/lawyer").text


def told(panel) -> list[str]:
    with scope(Plane.WORKER, zone=panel.desk.zone):
        rows = select(Message.kind).where(Message.member_id == panel.desk.person.member_id).order_by(Message.id)
        return [kind.partition(".")[2] for kind in db.session.scalars(rows)]


def object_to(panel, case_id, assignment_id, reason="此前与该律师有过纠纷"):
    own = f"/legal_aid/{case_id}"
    form = {"csrf_token": token_of(panel.desk.member, own), "lawyer_reason": reason}
    return panel.desk.member.post(f"{own}/lawyer/{assignment_id}/objection", data=form)


def test_a_lawyer_takes_the_case_reads_it_and_the_member_learns_who_it_is(panel):
    lawyer, case_id = panel.invited(), panel.desk.under_way()
    path = f"/console/legal_aid/counsel/{case_id}"
    assignment_id = panel.offered(case_id, lawyer)
    assert lawyer.browser.get(path).status_code == 404
    assert "lawyer_named" not in told(panel)
    offer_page = f"/console/legal_aid/counsel/offers/{assignment_id}"
    assert lawyer.post(f"{offer_page}/accept", offer_page).status_code == 302
    page = lawyer.browser.get(path)
    assert page.status_code == 200
    assert STORY in page.text
    assert "申请仲裁的最后日期" in page.text
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert lawyer.name in own
    assert "lawyer_named" in told(panel)
    assert "承办律师" in own
    assert panel.desk.clocks(case_id)["news"].started_at > now() - timedelta(minutes=1)


def test_no_account_but_that_which_accepted_a_case_reads_it(panel):
    """Whatever account comes to stand in the lawyer's place."""
    lawyer, other, case_id = panel.invited(), panel.invited(), panel.desk.under_way()
    panel.accepted(case_id, lawyer)
    with scope(Plane.WORKER, zone=panel.desk.zone):
        for lawyer_id, account_id in ((other.lawyer_id, None), (lawyer.lawyer_id, other.account_id)):
            db.session.execute(update(Lawyer).where(Lawyer.id == lawyer_id).values(account_id=account_id))
        db.session.commit()
    number = panel.desk.find(case_id).number
    assert other.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    assert number not in other.browser.get("/console/legal_aid/counsel").text
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404


def test_what_a_case_had_with_a_lawyer_counts_when_they_come_back(panel):
    case_id, first = panel.desk.under_way(), panel.invited()
    licence = panel.find(first.lawyer_id).licence
    object_to(panel, case_id, panel.accepted(case_id, first))
    panel.settle()
    panel.send(first.lawyer_id, "end")
    again = panel.invited(licence=licence)
    assert "当事人有异议" in candidates(panel, case_id)
    assert panel.offer(case_id, again.lawyer_id).status_code == 422


def test_an_offer_shows_the_parties_and_nothing_else_and_the_member_reads_of_it(panel):
    lawyer, case_id = panel.invited(), panel.desk.under_way()
    page = lawyer.browser.get(f"/console/legal_aid/counsel/offers/{panel.offered(case_id, lawyer)}").text
    assert panel.desk.person.name in page
    assert EMPLOYER in page
    assert STORY not in page
    assert "138 0013 8000" not in page
    assert "13800138000" not in page
    assert "律师核对利益冲突" in panel.desk.member.get(f"/legal_aid/{case_id}").text


@pytest.mark.parametrize("name", [EMPLOYER, f"{EMPLOYER}工会"])
def test_who_acts_for_the_other_side_is_not_free_nor_is_their_firm(panel, name):
    case_id = panel.desk.under_way()
    acting = panel.invited(firm="海城清流律师事务所")
    colleague = panel.invited(firm=" 海城清流律师事务所 ")
    free = panel.invited()
    panel.send(acting.lawyer_id, "clients", client_name=name)
    page = candidates(panel, case_id)
    assert "代理对方" in page
    assert "同所律师代理对方" in page
    assert page.count("发出指派</button>") == 1
    for hindered in (acting, colleague):
        assert panel.offer(case_id, hindered.lawyer_id).status_code == 422
        assert panel.desk.find(case_id).number not in hindered.browser.get("/console/legal_aid/counsel").text
    assert panel.offer(case_id, free.lawyer_id).status_code == 302


def test_a_conflict_by_credit_code_counts_too(panel, world):
    code = "91440800MA4ULT3N08"
    employer = world.union("海城另名集团工会", "enterprise", world.union_of(panel.desk.zone))
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Union).where(Union.id == employer.id).values(uscc=code))
        db.session.commit()
    case_id = panel.desk.under_way("arbitration", employer_union=employer.name)
    acting = panel.invited()
    assert panel.send(acting.lawyer_id, "clients", client_name="完全不同的名字", client_uscc=code).status_code == 302
    assert panel.offer(case_id, acting.lawyer_id).status_code == 422


def test_the_operation_itself_refuses_a_conflicted_lawyer(panel):
    """Whatever page the offer comes from."""
    case_id, acting = panel.desk.under_way(), panel.invited()
    panel.send(acting.lawyer_id, "clients", client_name=EMPLOYER)
    handler = Actor(panel.desk.find(case_id).handler_id, permissions=frozenset({REVIEW}),
                    ties=frozenset({panel.desk.zone.union_path}))  # fmt: skip
    with scope(Plane.IDENTITY, zone=panel.desk.zone):
        people = list_colleagues(COUNSEL, panel.desk.zone.union_path)
    with scope(Plane.STAFF, zone=panel.desk.zone, actor=handler), pytest.raises(LawyerHindered):
        offer(handler, case_id, acting.lawyer_id, people)
    assert states(panel, case_id) == []


def test_a_conflict_noted_after_the_offer_still_keeps_them_out(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.offered(case_id, lawyer)
    panel.send(lawyer.lawyer_id, "clients", client_name=EMPLOYER)
    path = f"/console/legal_aid/counsel/offers/{assignment_id}"
    assert lawyer.post(f"{path}/accept", path).status_code == OfferConflicted.status
    assert states(panel, case_id) == ["offered"]


def test_who_belongs_to_the_union_at_the_employer_is_not_free(panel, world):
    lawyer = panel.invited()
    case_id = panel.desk.under_way()
    with scope(Plane.CITY, reason="test"):
        path = panel.desk.find(case_id).blind_paths[0]
        union_id = db.session.scalar(select(Union.id).where(Union.path == path))
        db.session.add(RoleGrant(account_id=lawyer.account_id, role="editor", union_id=union_id, union_path=path))
        db.session.commit()
    assert "属于用人单位工会" in candidates(panel, case_id)
    assert panel.offer(case_id, lawyer.lawyer_id).status_code == 422


def test_turned_down_goes_to_the_next_and_a_declared_conflict_is_kept(panel):
    case_id = panel.desk.under_way()
    first = panel.invited(fields_of_work=["wages"])
    second, busy = panel.invited(fields_of_work=["wages"]), panel.invited(fields_of_work=[])
    assignment_id = panel.offered(case_id, first)
    path = f"/console/legal_aid/counsel/offers/{assignment_id}"
    assert first.post(f"{path}/decline", path, decline_reason="", is_conflict="1").status_code == 422
    declared = {"decline_reason": "与对方负责人相识", "is_conflict": "1"}
    asked = first.post(f"{path}/decline", path, **declared)
    assert asked.status_code == 422
    assert "请确认：您将不能再接触此事项" in asked.text
    assert "与对方负责人相识" in asked.text
    assert states(panel, case_id) == ["offered"]
    assert first.post(f"{path}/decline", path, **declared, is_sure="1").status_code == 302
    panel.settle()
    found = panel.assignments(case_id)
    assert [(each.state, each.lawyer_id) for each in found] == [
        ("conflicted", first.lawyer_id), ("offered", second.lawyer_id)
    ]  # fmt: skip
    assert busy.lawyer_id not in {each.lawyer_id for each in found}
    with scope(Plane.WORKER, zone=panel.desk.zone):
        assert db.session.scalar(select(CaseConflict.account_id)) == first.account_id
    assert first.browser.get(path).status_code == 302
    assert "与对方负责人相识" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text


def test_an_offer_lapses_and_the_next_is_asked_until_nobody_is_left(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.offered(case_id, lawyer)
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        assert lapse() == 0
        db.session.execute(update(Assignment).values(lapses_at=now() - timedelta(seconds=1)))
        db.session.commit()
    path = f"/console/legal_aid/counsel/offers/{assignment_id}"
    page = "/console/legal_aid/counsel"
    assert path not in lawyer.browser.get(page).text
    for answer in (lawyer.browser.get(path), lawyer.post(f"{path}/accept", page), lawyer.post(f"{path}/decline", page)):
        assert answer.location == page, "its time has passed, marked or not: no names are read, and nothing is answered"
    assert states(panel, case_id) == ["offered"]
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        assert (lapse(), lapse()) == (1, 0)
        db.session.commit()
    panel.settle()
    assert states(panel, case_id) == ["lapsed"]
    assert "暂无可指派的律师" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text


def test_two_working_days_are_given(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.offered(case_id, lawyer)
    (found,) = panel.assignments(case_id)
    assert timedelta(days=1) < found.lapses_at - now() < timedelta(days=12)


def test_the_same_offer_twice_is_one_and_another_is_refused(panel):
    case_id, first, second = panel.desk.under_way(), panel.invited(), panel.invited()
    assert panel.offer(case_id, first.lawyer_id).status_code == 302
    assert panel.offer(case_id, first.lawyer_id).status_code == 302
    assert panel.offer(case_id, second.lawyer_id).status_code == 409
    assert states(panel, case_id) == ["offered"]


def test_of_two_offers_at_once_one_wins(app, panel):
    case_id, lawyers = panel.desk.under_way(), [panel.invited(), panel.invited()]
    handler = Actor(panel.desk.find(case_id).handler_id, permissions=frozenset({REVIEW}),
                    ties=frozenset({panel.desk.zone.union_path}))  # fmt: skip
    with scope(Plane.IDENTITY, zone=panel.desk.zone):
        people = list_colleagues(COUNSEL, panel.desk.zone.union_path)
    start, ends = Barrier(2), []

    def go(lawyer_id: UUID) -> None:
        with app.app_context(), scope(Plane.STAFF, zone=panel.desk.zone, actor=handler):
            start.wait()
            try:
                offer(handler, case_id, lawyer_id, people)
                db.session.commit()
                ends.append("offered")
            except AlreadyGiven:
                db.session.rollback()
                ends.append("refused")

    threads = [Thread(target=go, args=(each.lawyer_id,)) for each in lawyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["offered", "refused"]
    assert states(panel, case_id) == ["offered"]


def test_only_the_handler_offers_and_only_what_is_under_way(panel):
    lawyer, case_id = panel.invited(), panel.desk.submitted("arbitration")
    panel.desk.step(panel.desk.handler, case_id, "take")
    page = f"/console/legal_aid/{case_id}"
    form = {"csrf_token": token_of(panel.desk.handler, page), "lawyer": str(lawyer.lawyer_id)}
    assert panel.desk.handler.post(f"{page}/lawyer", data=form).status_code == 409
    assert panel.desk.colleague.post(f"{page}/lawyer", data=form).status_code in (400, 403, 404)


def test_nobody_answers_anothers_offer(panel, world):
    case_id, lawyer, other = panel.desk.under_way(), panel.invited(), panel.invited()
    path = f"/console/legal_aid/counsel/offers/{panel.offered(case_id, lawyer)}"
    assert other.browser.get(path).status_code == 404
    assert other.post(f"{path}/accept").status_code == 404
    assert other.post(f"{path}/decline", decline_reason="不是我的").status_code == 404
    assert states(panel, case_id) == ["offered"]


def test_replaced_for_a_reason_they_read_the_case_no_more(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.accepted(case_id, lawyer)
    page = f"/console/legal_aid/{case_id}"
    end = f"{page}/lawyer/{assignment_id}/end"
    csrf = token_of(panel.desk.handler, page)
    assert panel.desk.handler.post(end, data={"csrf_token": csrf}).status_code == 422
    for _ in range(2):
        done = panel.desk.handler.post(end, data={"csrf_token": csrf, "lawyer_reason": "律师长期出差"})
        assert done.status_code == 302
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert "律师长期出差" in own
    assert told(panel).count("lawyer_replaced") == 1
    assert panel.offer(case_id, lawyer.lawyer_id).status_code == 302, "the desk may ask them again"


def test_a_member_objects_once_and_another_one_is_asked(panel):
    case_id, first = panel.desk.under_way(), panel.invited()
    second = panel.invited()
    assignment_id = panel.accepted(case_id, first)
    assert object_to(panel, case_id, assignment_id, "").status_code == 422
    assert object_to(panel, case_id, assignment_id).status_code == 302
    assert object_to(panel, case_id, assignment_id).status_code == 302, "sent twice, done once"
    panel.settle()
    assert states(panel, case_id) == ["objected", "offered"]
    assert first.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    again = panel.assignments(case_id)[-1]
    assert again.lawyer_id == second.lawyer_id
    path = f"/console/legal_aid/counsel/offers/{again.id}"
    assert second.post(f"{path}/accept", path).status_code == 302
    assert "此前与该律师有过纠纷" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "此前与该律师有过纠纷" not in second.browser.get(f"/console/legal_aid/counsel/{case_id}").text
    refused = object_to(panel, case_id, again.id, "也不想要这位")
    assert refused.status_code == 409
    assert "也不想要这位" in refused.text
    assert states(panel, case_id) == ["objected", "accepted"]
    assert "当事人有异议" in candidates(panel, case_id)


def test_a_member_sees_no_offer_and_objects_to_nobody_elses(panel, world):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.offered(case_id, lawyer)
    assert lawyer.name not in panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert object_to(panel, case_id, assignment_id).status_code == 404
    stranger = world.client(panel.desk.zone, world.member(panel.desk.zone))
    form = {"csrf_token": token_of(stranger, "/legal_aid/apply/consultation"), "lawyer_reason": "随便"}
    assert stranger.post(f"/legal_aid/{case_id}/lawyer/{assignment_id}/objection", data=form).status_code == 404


def test_when_the_case_is_over_so_is_the_lawyers_part(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    panel.desk.step(panel.desk.handler, case_id, "conclude", outcome="公司付清", amount_recovered="1")
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    panel.settle()
    assert states(panel, case_id) == ["ended"]


def test_a_lawyer_writes_notes_the_handler_reads_and_sees_papers_marked(panel):
    case_id, lawyer = panel.desk.under_way("litigation"), panel.invited()
    panel.accepted(case_id, lawyer)
    path = f"/console/legal_aid/counsel/{case_id}"
    assert lawyer.post(f"{path}/notes", path, inner_note="").status_code == 422
    assert lawyer.post(f"{path}/notes", path, inner_note="证据基本齐全").status_code == 302
    assert "证据基本齐全" in lawyer.browser.get(path).text
    assert "证据基本齐全" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "证据基本齐全" not in panel.desk.member.get(f"/legal_aid/{case_id}").text
    paper = next(part for part in lawyer.browser.get(path).text.split('"') if "/documents/" in part)
    shown = lawyer.browser.get(paper.removesuffix("/small"))
    assert (shown.status_code, shown.mimetype.partition("/")[0]) == (200, "image")
    with scope(Plane.STAFF, zone=panel.desk.zone, actor=Actor(ties=frozenset({panel.desk.zone.union_path}))):
        looks = db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(case_id))).all()
    assert "counsel" in {each.detail.get("part") for each in looks if each.action == "legal_aid.read_paper"}
    assert "承办律师" in panel.desk.member.get(f"/legal_aid/{case_id}").text


def test_the_operation_refuses_who_has_no_right_of_a_lawyer(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.offered(case_id, lawyer)
    actor = Actor(lawyer.account_id, ties=frozenset({panel.desk.zone.union_path}))
    with scope(Plane.STAFF, zone=panel.desk.zone, actor=actor), pytest.raises(Exception, match="not-found"):
        accept(actor, assignment_id)
