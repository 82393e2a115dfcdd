"""A member objects to the handler: who decides answers, the handler never reads why, and both are in the history."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.casework.access.models import CaseConflict
from app.casework.links.tests.test_merging import merge
from app.casework.models import CaseEvent
from app.casework.recusals.models import CaseRecusal
from app.casework.sealing import unseal_notes
from app.core.audit import AuditEntry
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import send, token_of, typed

REASON = "经办人是我单位人事主管的妻子，我担心他们会谈起这件事"
WORDS = "经核实，经办人与您单位无任何亲属或者利害关系"


def ask(desk, case_id, **fields):
    """Fill in the form of the member's page and send it."""
    own, action = f"/help/{case_id}", f"/help/{case_id}/recusal"
    form = typed(desk.member.get(own).text, action, **{"recusal_reason": REASON, **fields})
    return desk.member.post(action, data=form)


def recusal(desk, case_id) -> CaseRecusal | None:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(CaseRecusal).where(CaseRecusal.case_id == case_id)).scalar_one_or_none()


def page_of(desk, case_id) -> str:
    found = recusal(desk, case_id)
    assert found is not None
    return f"/console/help/{case_id}/recusals/{found.id}"


def answer(desk, case_id, client=None, **form):
    client, page = client or desk.admin, page_of(desk, case_id)
    return client.post(page, data={"csrf_token": token_of(client, "/console/help/"), **form})


def account_of(desk, case_id) -> UUID:
    found = desk.find(case_id).handler_id
    assert found is not None
    return found


def somebody_else(desk) -> UUID:
    """A second handler's account."""
    return desk.world.staff(desk.zone, "caseworker").account_id


def deeds(desk, case_id) -> list[str]:
    with scope(Plane.STAFF, zone=desk.zone):
        found = select(AuditEntry.action).where(AuditEntry.object_id == str(case_id)).order_by(AuditEntry.id)
        return [action.removeprefix("help.") for action in db.session.execute(found).scalars()]


def history(desk, case_id) -> list[tuple[str, str]]:
    """What the history says, deed and words, of what the member sees."""
    with scope(Plane.WORKER, zone=desk.zone):
        shown = select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.visibility == "member")
        lines = list(db.session.scalars(shown.order_by(CaseEvent.id)))
        notes = unseal_notes([(line.id, line.note_cipher) for line in lines])
        return [(line.action, note) for line, note in zip(lines, notes, strict=True)]


def inbox(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(Message.kind).order_by(Message.id)).scalars())


def test_granted_somebody_else_has_the_case_and_the_former_handler_reads_it_no_more(desk):
    case_id, new = desk.recommended(), somebody_else(desk)
    former = account_of(desk, case_id)
    assert ask(desk, case_id).status_code == 302
    assert "有 1 名会员申请经办人回避" in desk.admin.get("/console/help/").text
    assert REASON in desk.admin.get(page_of(desk, case_id)).text
    assert answer(desk, case_id, answer="grant", handler=str(new)).status_code == 302
    case = desk.find(case_id)
    assert case.handler_id == new
    assert (case.recommendation, case.recommended_by) == (None, None), (
        "what the former handler recommended counts no more"
    )
    assert desk.handler.get(f"/console/help/{case_id}").status_code == 403
    with scope(Plane.WORKER, zone=desk.zone):
        kept = db.session.scalars(select(CaseConflict.account_id).where(CaseConflict.case_id == case_id)).all()
    assert kept == [former]
    assert {"ask_recusal", "grant_recusal", "hand_on"} <= set(deeds(desk, case_id))
    assert [line for line in history(desk, case_id) if "recusal" in line[0]] == [
        ("ask_recusal", ""), ("grant_recusal", ""),
    ]  # fmt: skip
    assert "help.recusal_granted" in inbox(desk)
    assert "原经办人不再参与办理" in desk.member.get(f"/help/{case_id}").text


def test_refused_the_handler_goes_on_and_the_member_reads_why(desk):
    case_id = desk.taken()
    ask(desk, case_id)
    refusal = {"answer": "refuse", "recusal_words": WORDS}
    assert [answer(desk, case_id, **refusal).status_code for _ in range(2)] == [302, 302]
    assert deeds(desk, case_id).count("refuse_recusal") == 1
    page = desk.member.get(f"/help/{case_id}").text
    assert WORDS in page
    assert "申请回避的理由" not in page, "one objection to one handler"
    assert "help.recusal_refused" in inbox(desk)
    assert desk.handler.get(f"/console/help/{case_id}").status_code == 200


def test_the_handler_learns_of_it_and_never_reads_why(desk):
    case_id = desk.taken()
    handler = account_of(desk, case_id)
    ask(desk, case_id)
    page = desk.handler.get(f"/console/help/{case_id}").text
    assert "申请经办人回避" in page
    assert REASON not in page
    assert desk.handler.get(page_of(desk, case_id)).status_code == 404
    for also in ((), ("zone_admin",)):
        actor = Actor(handler, None, "干部")
        with scope(Plane.STAFF, zone=desk.zone, actor=actor):
            assert db.session.scalar(select(func.count(CaseRecusal.id))) == 0, also
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(somebody_else(desk), None, "干部")):
        assert db.session.scalar(select(func.count(CaseRecusal.id))) == 1


def test_a_handler_who_also_decides_does_not_judge_themselves(desk, world):
    person = world.staff(desk.zone, "caseworker", "zone_admin")
    both, case_id = world.client(desk.zone, person), desk.submitted()
    assert desk.step(both, case_id, "take").status_code == 302
    ask(desk, case_id)
    assert "申请经办人回避。" not in both.get("/console/help/").text
    assert both.get(page_of(desk, case_id)).status_code == 404
    assert answer(desk, case_id, both, answer="refuse", recusal_words=WORDS).status_code == 404
    found = recusal(desk, case_id)
    assert found is not None
    assert found.answer is None


def test_who_does_not_decide_and_whose_case_it_is_answer_nothing(desk, world):
    case_id = desk.taken()
    ask(desk, case_id)
    page = page_of(desk, case_id)
    assert desk.colleague.get(page).status_code == 404
    assert answer(desk, case_id, desk.colleague, answer="refuse", recusal_words=WORDS).status_code == 404
    world.grant(desk.person, desk.zone, "zone_admin")
    own = world.client(desk.zone, desk.person)
    assert own.get(page).status_code == 403
    assert "名会员申请经办人回避" not in own.get("/console/help/").text
    assert answer(desk, case_id, own, answer="refuse", recusal_words=WORDS).status_code == 403
    other = world.zone()
    assert world.client(other, world.staff(other, "zone_admin")).get(page).status_code == 404
    stranger = world.client(desk.zone, world.member(desk.zone))
    form = {"csrf_token": token_of(stranger, "/help/apply/schooling"), "recusal_reason": REASON}
    assert stranger.post(f"/help/{case_id}/recusal", data=form).status_code == 404


def test_sent_again_it_is_asked_once_and_other_words_are_given_back(desk):
    case_id = desk.taken()
    assert ask(desk, case_id).status_code == 302
    again = {"csrf_token": token_of(desk.member, "/help/apply/schooling"), "_seen": desk.find(case_id).mark}
    path = f"/help/{case_id}/recusal"
    assert desk.member.post(path, data={**again, "recusal_reason": REASON}).status_code == 302
    other = desk.member.post(path, data={**again, "recusal_reason": "另外的理由，同样不少于十个字"})
    assert other.status_code == 409
    assert "另外的理由，同样不少于十个字" in other.text
    assert deeds(desk, case_id).count("ask_recusal") == 1


def test_an_old_page_never_hits_the_new_handler(desk):
    case_id = desk.taken()
    old = desk.find(case_id).mark
    path = f"/console/help/{case_id}/hand-on"
    moved = send(desk.handler, path, handler=str(somebody_else(desk)), hand_on_reason="休假")
    assert moved.status_code == 302
    stale = ask(desk, case_id, _seen=old)
    assert stale.status_code == 409
    assert REASON in stale.text
    assert recusal(desk, case_id) is None


def test_with_nobody_there_is_nobody_to_object_to(desk):
    case_id = desk.submitted()
    assert "申请回避的理由" not in desk.member.get(f"/help/{case_id}").text
    form = {"csrf_token": token_of(desk.member, f"/help/{case_id}"), "recusal_reason": REASON}
    refused = desk.member.post(f"/help/{case_id}/recusal", data=form)
    assert refused.status_code == 409
    assert REASON in refused.text


def test_who_handed_it_on_meanwhile_is_kept_from_it_and_the_new_handler_keeps_it(desk):
    case_id, new = desk.taken(), somebody_else(desk)
    former = account_of(desk, case_id)
    ask(desk, case_id)
    send(desk.handler, f"/console/help/{case_id}/hand-on", handler=str(new), hand_on_reason="休假")
    assert answer(desk, case_id, answer="grant").status_code == 302
    assert desk.find(case_id).handler_id == new
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(CaseConflict.account_id)).all() == [former]


@pytest.mark.parametrize(
    "form", [{"answer": ""}, {"answer": "grant"}, {"answer": "refuse"}, {"answer": "refuse", "recusal_words": "太短"}]
)
def test_half_an_answer_is_refused_and_nothing_typed_is_lost(desk, form):
    case_id = desk.taken()
    ask(desk, case_id)
    page = answer(desk, case_id, **form)
    assert page.status_code == 422
    assert form.get("recusal_words", "") in page.text
    found = recusal(desk, case_id)
    assert found is not None
    assert found.answer is None


def test_the_one_objected_to_can_t_be_the_new_handler_and_two_answers_never_both_hold(desk, world):
    case_id, new = desk.taken(), somebody_else(desk)
    former = account_of(desk, case_id)
    ask(desk, case_id)
    assert answer(desk, case_id, answer="grant", handler=str(former)).status_code == 422
    assert answer(desk, case_id, answer="grant", handler=str(new)).status_code == 302
    second = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    late = answer(desk, case_id, second, answer="refuse", recusal_words=WORDS)
    assert late.status_code == 409
    assert WORDS in late.text
    found = recusal(desk, case_id)
    assert found is not None
    assert found.answer == "granted"


@pytest.mark.parametrize("reason", ["", "太短", "长" * 1001])
def test_a_reason_is_asked_and_what_was_typed_stays(desk, reason):
    case_id = desk.taken()
    refused = ask(desk, case_id, recusal_reason=reason)
    assert refused.status_code == 422
    assert reason in refused.text
    assert recusal(desk, case_id) is None


def test_a_case_with_an_open_objection_is_not_merged(desk):
    half = UUID(desk.send(desk.form()).location.split("/")[-2])
    desk.step(desk.handler, half, "take")
    into = desk.taken()
    assert ask(desk, half).status_code == 302
    assert merge(desk, half, into).status_code != 302
    assert desk.find(half).phase == "open"
