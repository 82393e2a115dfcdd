"""A case goes on in another zone: asked, agreed, accepted, carried whole, told in both places; and nobody else learns of it."""

from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from app.casework.conversation.models import CaseMessage
from app.casework.handover.counting import CAME, WENT, count_handed_over
from app.casework.handover.desks import publish_desk
from app.casework.handover.models import CaseDesk, CaseHandover, CaseOffer, CaseOrigin, Way
from app.casework.handover.proposing import LAPSES_AFTER, REMIND_AFTER, remind_or_lapse
from app.casework.handover.tests.conftest import WHY, Scene, member_at
from app.casework.links.merging import may_be_merged
from app.casework.models import Case, CaseClock, CaseDocument, CaseEvent
from app.casework.overview.counting import Period, count_cases
from app.casework.queries import find_case
from app.casework.sealing import ANSWERS, unseal
from app.casework.states import Phase
from app.core.clock import now, today_in_china
from app.core.files import read_file
from app.core.jobs.inline import run_due_events
from app.modules.legal_aid.tests.desk import STORY
from app.notifications.models import Message
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def say(scene: Scene, case_id, words: str) -> None:
    own = f"/legal_aid/{case_id}"
    csrf = token(scene.desk.member, own)
    sent = scene.desk.member.post(f"{own}/messages", data={"csrf_token": csrf, "_once": str(uuid7()), "message": words})
    assert sent.status_code == 302


def told(scene: Scene, zone: ZoneFacts) -> list[str]:
    with scope(Plane.WORKER, zone=zone):
        mine = select(Message).where(Message.member_id == scene.desk.person.member_id).order_by(Message.id)
        return [each.kind for each in db.session.scalars(mine)]


def test_nobody_there_knows_of_it_before_the_member_agreed_and_then_only_why_and_by_when(scene):
    case_id = scene.taken()
    assert scene.propose(case_id).status_code == 302
    own = scene.desk.member.get(f"/legal_aid/{case_id}").text
    assert all(words in own for words in (WHY, "海城市总工会", "同意转办"))
    run_due_events()
    assert scene.offers() == []
    assert [scene.answer(case_id).status_code for _ in range(2)] == [302, 302]
    run_due_events()
    assert len(scene.offers()) == 1
    clerk = scene.clerks[scene.city.id]
    offered = clerk.get("/console/legal_aid/offers").text
    assert WHY in offered
    assert STORY not in offered
    assert 'href="/console/legal_aid/offers"' in clerk.get("/console/legal_aid/").text
    assert scene.desk.find(case_id).phase == Phase.OPEN, "it stays where it is until it is accepted"


def test_all_that_belongs_to_a_case_goes_along_with_its_promise(scene):
    desk, city = scene.desk, scene.city
    case_id = scene.taken("litigation")
    say(scene, case_id, "开庭前还需要准备什么材料？")
    before, clocks = desk.find(case_id), desk.clocks(case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        there = unseal(find_case(case_id), ANSWERS)
    new_id = carried(scene, case_id)
    new = scene.case(new_id, city)
    assert new is not None
    assert (new.phase, new.state, new.due_at, new.is_urgent) == (
        Phase.OPEN,
        "submitted",
        before.due_at,
        before.is_urgent,
    )
    assert (new.blind_paths, new.submitted_at) == (before.blind_paths, before.submitted_at)
    assert (new.consent_version, new.consented_at) == (before.consent_version, before.consented_at)
    assert new.number != before.number
    with scope(Plane.WORKER, zone=city):
        assert unseal(find_case(new_id), ANSWERS) == there
        running = select(CaseClock).where(CaseClock.case_id == new_id)
        assert {row.clock: row.due_at for row in db.session.scalars(running)} == {
            key: row.due_at for key, row in clocks.items()
        }
        (paper,) = db.session.scalars(select(CaseDocument).where(CaseDocument.case_id == new_id)).all()
        assert read_file(paper.file_id)[1], "the paper opens in its new place"
        assert len(db.session.scalars(select(CaseMessage).where(CaseMessage.case_id == new_id)).all()) == 1


def test_the_other_desk_finds_it_by_name_takes_it_and_reads_all_of_it(scene):
    case_id = scene.taken()
    say(scene, case_id, "开庭前还需要准备什么材料？")
    new_id, clerk = carried(scene, case_id), scene.clerks[scene.city.id]
    new = scene.case(new_id, scene.city)
    assert str(new.number) in clerk.get("/console/legal_aid/?q=周小").text
    taken = {"csrf_token": token(clerk, f"/console/legal_aid/{new_id}"), "_seen": new.mark}
    assert clerk.post(f"/console/legal_aid/{new_id}/steps/take", data=taken).status_code == 302
    page = clerk.get(f"/console/legal_aid/{new_id}").text
    assert all(words in page for words in (STORY, "开庭前还需要准备什么材料？", str(scene.desk.find(case_id).number)))


def test_where_it_was_it_has_ended_and_nothing_is_promised(scene):
    case_id, _new_id = scene.handed_over()
    old = scene.desk.find(case_id)
    assert (old.phase, old.state, old.due_at) == (Phase.HANDED_OVER, "handed_over", None)
    assert scene.desk.clocks(case_id) == {}
    assert scene.offers() == []
    assert scene.open_in(scene.desk.zone, scene.city) == [scene.city.id]


def carried(scene: Scene, case_id) -> UUID:
    """Hand a case over to the city's zone; its id there."""
    assert scene.propose(case_id).status_code == 302
    assert scene.answer(case_id).status_code == 302
    run_due_events()
    assert scene.settle(case_id).status_code == 302
    run_due_events()
    return scene.handover(case_id).id


def test_the_member_finds_the_way_through_both_and_everybody_is_told(scene):
    case_id, new_id = scene.handed_over()
    new = scene.case(new_id, scene.city)
    old_page = scene.desk.member.get(f"/legal_aid/{case_id}").text
    assert f"//{scene.city.host}/legal_aid/{new_id}" in old_page
    assert str(new.number) in old_page
    new_page = member_at(scene, scene.city).get(f"/legal_aid/{new_id}").text
    assert f"//{scene.desk.zone.host}/legal_aid/{case_id}" in new_page
    assert "转办自" in new_page
    assert told(scene, scene.city)[-1:] == ["legal_aid.handed_over"]
    assert "legal_aid.handover_asked" in told(scene, scene.desk.zone)
    assert str(new.number) in scene.desk.handler.get(f"/console/legal_aid/{case_id}").text


def test_what_was_handed_over_is_a_record_to_which_nothing_is_added(scene):
    case_id, _new_id = scene.handed_over()
    desk = scene.desk
    csrf = token(desk.member, "/legal_aid/apply/consultation")
    own = f"/legal_aid/{case_id}"
    assert desk.member.post(f"{own}/withdraw", data={"csrf_token": csrf}).status_code == 409
    said = desk.member.post(f"{own}/messages", data={"csrf_token": csrf, "_once": str(uuid7()), "message": "还在吗"})
    assert said.status_code == 409
    csrf = token(desk.handler, "/console/legal_aid/tasks")
    noted = desk.handler.post(f"/console/legal_aid/{case_id}/notes", data={"csrf_token": csrf, "inner_note": "补充"})
    assert noted.status_code == 409
    assert STORY in desk.handler.get(f"/console/legal_aid/{case_id}").text


def test_a_member_who_says_no_keeps_the_case_where_it_is(scene):
    case_id = scene.taken()
    scene.propose(case_id)
    assert [scene.answer(case_id, "refuse").status_code, scene.answer(case_id).status_code] == [302, 409]
    run_due_events()
    assert scene.offers() == []
    assert scene.handover(case_id).state == Way.REFUSED
    assert scene.propose(case_id).status_code == 302, "it may be proposed again"


def test_a_declined_case_goes_on_with_its_promise_and_says_why(scene):
    case_id = scene.offered()
    due = scene.desk.find(case_id).due_at
    assert scene.settle(case_id, "decline", decline_reason="不属市总受理范围").status_code == 302
    run_due_events()
    case = scene.desk.find(case_id)
    assert (case.phase, case.state, case.due_at) == (Phase.OPEN, "in_review", due)
    assert scene.offers() == []
    for page in (
        scene.desk.member.get(f"/legal_aid/{case_id}"),
        scene.desk.handler.get(f"/console/legal_aid/{case_id}"),
    ):
        assert "不属市总受理范围" in page.text
    assert told(scene, scene.desk.zone)[-1] == "legal_aid.handover_declined"


def test_a_refused_form_of_the_desk_keeps_what_was_typed(scene):
    case_id = scene.offered()
    assert scene.settle(case_id, "decline").status_code == 422
    scene.settle(case_id)
    late = scene.settle(case_id, "decline", decline_reason="不属市总受理范围")
    assert late.status_code == 409
    assert "不属市总受理范围" in late.text


def test_only_zones_that_take_it_are_offered_and_never_the_employers_own(scene):
    case_id = scene.taken()
    page = scene.desk.handler.get(f"/console/legal_aid/{case_id}/hand-over").text
    assert str(scene.city.id) in page
    assert str(scene.beside.id) in page
    assert str(scene.employers.id) not in page
    assert str(scene.desk.zone.id) not in page
    assert scene.propose(case_id, scene.employers).status_code == 422
    with scope(Plane.WORKER, zone=scene.beside):
        db.session.execute(delete(CaseDesk).where(CaseDesk.desk_zone_id == scene.beside.id))
        db.session.commit()
    answer = scene.propose(case_id, scene.beside)
    assert answer.status_code == 422
    assert WHY in answer.text


def test_a_zone_says_itself_which_cases_it_takes(scene):
    narrow = scene.desk.world.zone(modules=("help",))
    with scope(Plane.WORKER, zone=narrow, actor=SYSTEM):
        db.session.add(CaseDesk(desk_zone_id=narrow.id, kind="legal_aid.mediation"))
        db.session.flush()
        publish_desk()
        kinds = set(db.session.scalars(select(CaseDesk.kind).where(CaseDesk.desk_zone_id == narrow.id)))
        db.session.commit()
    assert {kind.partition(".")[0] for kind in kinds} == {"help"}


def test_employers_people_see_neither_offer_nor_case_in_the_other_zone(scene):
    case_id = scene.offered()
    tied = Actor(uuid7(), permissions=frozenset({"legal_aid.review"}), ties=frozenset({scene.employers.union_path}))
    world = scene.desk.world
    insider = world.member(world.union_of(scene.employers))
    world.grant(insider, scene.city, "caseworker", "zone_admin")
    page = world.client(scene.city, insider)
    offer_id = str(scene.handover(case_id).id)
    assert offer_id not in page.get("/console/legal_aid/offers").text
    assert offer_id in scene.clerks[scene.city.id].get("/console/legal_aid/offers").text
    assert _rows(scene, tied) == (0, 0)
    form = {"csrf_token": token(page, "/console/legal_aid/offers"), "offer": offer_id}
    assert page.post("/console/legal_aid/offers/accept", data=form).status_code == 409
    scene.settle(case_id)
    run_due_events()
    assert _rows(scene, tied) == (0, 0)
    assert "接收了" not in page.get("/console/audit/").text


def _rows(scene: Scene, actor: Actor) -> tuple[int, int]:
    """How many offers, and cases that came over, somebody sees of the member's."""
    mine = scene.desk.person.member_id
    with scope(Plane.STAFF, zone=scene.city, actor=actor):
        return tuple(
            len(db.session.scalars(select(model).where(model.member_id == mine)).all())
            for model in (CaseOffer, CaseOrigin)
        )  # type: ignore[return-value]


def test_an_employer_that_has_become_the_other_zones_stops_it_on_its_way(scene):
    """The member's employer joined the zone beside after the case was offered there."""
    case_id = scene.offered(scene.beside)
    with scope(Plane.WORKER, zone=scene.desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(blind_paths=[scene.beside.union_path]))
        db.session.commit()
    scene.settle(case_id, to=scene.beside)
    run_due_events()
    assert scene.desk.find(case_id).phase == Phase.OPEN
    assert scene.desk.find(case_id).state == "in_review"
    assert scene.offers(scene.beside) == []
    assert scene.open_in(scene.beside) == []


@pytest.mark.parametrize("state", ["recommended", "returned"])
def test_what_waits_for_a_decision_or_for_the_member_is_not_handed_over(scene, state):
    case_id = scene.taken()
    if state == "returned":
        scene.desk.step(scene.desk.handler, case_id, "return", reason="请补充材料")
    else:
        scene.desk.step(scene.desk.handler, case_id, "recommend", recommendation="grant", note="属实")
    assert scene.propose(case_id).status_code == 409


def test_a_case_that_moves_on_takes_its_offer_back(scene):
    case_id = scene.offered()
    scene.desk.step(scene.desk.handler, case_id, "recommend", recommendation="grant", note="属实")
    run_due_events()
    assert scene.handover(case_id).state == Way.LAPSED
    assert scene.offers() == []


def test_a_proposal_is_taken_back_by_who_made_it_and_by_nobody_without_a_part(scene):
    case_id = scene.offered()
    desk, page = scene.desk, f"/console/legal_aid/{case_id}"
    csrf = token(desk.colleague, page)
    assert desk.colleague.post(f"{page}/hand-over/withdraw", data={"csrf_token": csrf}).status_code == 403
    for _ in range(2):
        csrf = token(desk.handler, page)
        assert desk.handler.post(f"{page}/hand-over/withdraw", data={"csrf_token": csrf}).status_code == 302
    run_due_events()
    assert scene.offers() == []
    assert desk.find(case_id).phase == Phase.OPEN


def test_aid_that_was_granted_goes_on_where_it_stood(scene):
    case_id = scene.desk.under_way("arbitration")
    due = scene.desk.find(case_id).due_at
    new = scene.case(carried(scene, case_id), scene.city)
    assert (new.phase, new.state, new.due_at) == (Phase.OPEN, "under_way", due)


def test_on_to_a_third_zone_and_back_to_the_first_with_its_whole_history(scene):
    county, zones = scene.desk.zone, (scene.city, scene.beside, scene.desk.zone)
    case_id, here, person = scene.taken(), county, scene.desk.person
    seen = [scene.desk.find(case_id).number]
    for to in zones:
        client = scene.clerks[here.id]
        page = f"/console/legal_aid/{case_id}"
        case = scene.case(case_id, here)
        if case.state == "submitted":
            form = {"csrf_token": token(client, page), "_seen": case.mark}
            assert client.post(f"{page}/steps/take", data=form).status_code == 302
        form = {"csrf_token": token(client, page), "_seen": scene.case(case_id, here).mark, "target": str(to.id),
                "handover_reason": WHY}  # fmt: skip
        assert client.post(f"{page}/hand-over", data=form).status_code == 302
        member = scene.desk.world.client(here, person)
        own = f"/legal_aid/{case_id}"
        assert member.post(f"{own}/hand-over/agree", data={"csrf_token": token(member, own)}).status_code == 302
        run_due_events()
        desk = scene.clerks[to.id]
        form = {"csrf_token": token(desk, "/console/legal_aid/offers"), "offer": str(scene.handover(case_id, here).id)}
        assert desk.post("/console/legal_aid/offers/accept", data=form).status_code == 302
        run_due_events()
        case_id, here = scene.handover(case_id, here).id, to
        seen.append(scene.case(case_id, here).number)
    assert len(set(seen)) == 4
    assert scene.open_in(county, scene.city, scene.beside) == [county.id]
    page = scene.desk.member.get(f"/legal_aid/{case_id}").text
    assert all(number in page for number in seen[:3])
    with scope(Plane.WORKER, zone=county):
        lines = db.session.scalars(select(CaseEvent.action).where(CaseEvent.case_id == case_id)).all()
    assert lines.count("arrive_handover") == 3
    assert "submit" in lines


def test_a_reminder_comes_once_and_without_an_answer_the_case_stays(scene):
    case_id = scene.taken()
    scene.propose(case_id)
    for age, asked, state in (
        (REMIND_AFTER, 2, Way.ASKED),
        (REMIND_AFTER, 2, Way.ASKED),
        (LAPSES_AFTER, 2, Way.LAPSED),
    ):
        with scope(Plane.WORKER, zone=scene.desk.zone, actor=SYSTEM):
            db.session.execute(update(CaseHandover).values(proposed_at=now() - age * 1.01))
            remind_or_lapse()
            db.session.commit()
        assert told(scene, scene.desk.zone).count("legal_aid.handover_asked") == asked
        assert scene.handover(case_id).state == state


def test_a_case_under_way_to_another_zone_is_not_merged(scene):
    case_id, other = scene.taken(), scene.taken()
    with scope(Plane.WORKER, zone=scene.desk.zone):
        assert may_be_merged(find_case(case_id), find_case(other))
    scene.propose(case_id)
    with scope(Plane.WORKER, zone=scene.desk.zone):
        assert not may_be_merged(find_case(case_id), find_case(other))
        assert not may_be_merged(find_case(other), find_case(case_id))


def test_it_is_counted_once_in_the_city(scene):
    scene.handed_over()
    year, handed_in = Period.year(today_in_china().year), []
    for zone in (scene.desk.zone, scene.city):
        with scope(Plane.STAFF, zone=zone, actor=Actor(ties=frozenset({zone.union_path}))):
            handed_in.append(count_cases("legal_aid", year).handed_in.total())
            assert count_cases("legal_aid", year).outcomes.total() == 0
            ways = count_handed_over("legal_aid", year)
            assert ways["legal_aid.arbitration", CAME if zone is scene.city else WENT] >= 1
    assert handed_in[0] == 0


def test_another_members_proposal_is_not_theirs_to_answer(scene):
    case_id = scene.taken()
    scene.propose(case_id)
    stranger = scene.desk.world.client(scene.desk.zone, scene.desk.world.member(scene.desk.zone))
    csrf = token(stranger, "/legal_aid/apply/consultation")
    assert stranger.post(f"/legal_aid/{case_id}/hand-over/agree", data={"csrf_token": csrf}).status_code == 404


def test_the_copy_that_stayed_is_erased_at_the_member_s_wish(scene):
    case_id, _new_id = scene.handed_over()
    form = {"csrf_token": token(scene.desk.member, "/legal_aid/apply/consultation")}
    asked = scene.desk.member.post(f"/legal_aid/{case_id}/erasure", data=form)
    assert asked.status_code == 302
