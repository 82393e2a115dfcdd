"""A lawyer leaves the panel, or their term ends: their cases go on with others, whoever keeps the panel."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.casework.access.marking import mark_of
from app.casework.deadlines import count_waiting_for
from app.casework.models import Case
from app.core.clock import today_in_china
from app.identity.errors import RoleHeldInZone
from app.identity.models import RoleGrant
from app.identity.operations import take_role
from app.identity.operations.grants import GRANT_IN_CITY, GRANT_IN_ZONE
from app.identity.schemas import end_of_day
from app.modules.legal_aid.hearings.tests.test_hearings import feed_of
from app.modules.legal_aid.lawyers.leaving import release
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.sealing import mobile_of
from app.modules.legal_aid.lawyers.tests.panel import EMPLOYER
from app.modules.legal_aid.lawyers.tests.test_assigning import states, told
from app.modules.legal_aid.rights import REVIEW
from app.unions.models import Union
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone
from tests.fixtures.forms import token_of


def end_term(panel, lawyer) -> None:
    yesterday = today_in_china() - timedelta(days=1)
    with scope(Plane.WORKER, zone=panel.desk.zone):
        db.session.execute(
            update(Lawyer).where(Lawyer.id == lawyer.lawyer_id).values(active_from=yesterday, active_to=yesterday)
        )
        db.session.commit()


def test_who_is_tied_to_the_employer_ends_a_lawyer_and_the_hidden_case_goes_to_the_next(panel):
    case_id, lawyer, second = panel.desk.under_way(), panel.invited(), panel.invited()
    panel.accepted(case_id, lawyer)
    tie(panel, case_id)
    assert panel.desk.admin.get(f"/console/legal_aid/{case_id}").status_code == 404
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    assert states(panel, case_id) == ["replaced", "offered"]
    assert panel.assignments(case_id)[-1].lawyer_id == second.lawyer_id
    assert "承办律师无法继续承办" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "承办律师无法继续承办" in panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert told(panel).count("lawyer_replaced") == 1


def test_an_offer_of_who_leaves_goes_to_the_next_and_the_member_learns_nothing(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.offered(case_id, lawyer)
    assert "请先在事项中更换" not in panel.desk.admin.get(f"/console/legal_aid/lawyers/{lawyer.lawyer_id}").text
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    assert states(panel, case_id) == ["withdrawn"]
    assert "lawyer_replaced" not in told(panel)


def test_with_the_term_ends_what_a_lawyer_reads_and_may_accept(panel):
    case_id, offered, lawyer = panel.desk.under_way(), panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    path = f"/console/legal_aid/counsel/offers/{panel.offered(offered, lawyer)}"
    end_term(panel, lawyer)
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404
    assert lawyer.post(f"{path}/accept").status_code == 404
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        assert (release(), release()) == (2, 0)
        db.session.commit()
    assert states(panel, case_id) == ["replaced"]
    assert states(panel, offered) == ["withdrawn"]


def test_the_role_of_a_lawyer_is_taken_with_the_panel_and_not_from_the_list_of_staff(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    refused = revoke(panel, lawyer)
    assert refused.status_code == 409
    assert "该律师仍在法律援助律师库中" in refused.text
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 200
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    assert grant_of(lawyer) is None


def test_nor_is_it_given_an_end_there_which_the_last_day_on_the_panel_sets(panel):
    lawyer = panel.invited()
    kept = panel.find(lawyer.lawyer_id)
    with scope(Plane.WORKER, zone=panel.desk.zone):
        mobile = mobile_of(kept)
    page, until = "/console/staff/", today_in_china() + timedelta(days=5)
    form = {"phone": mobile, "name": "江某", "role": "lawyer", "until": until.isoformat(),
            "union": str(panel.desk.world.union_of(panel.desk.zone).name)}  # fmt: skip
    refused = panel.desk.admin.post(page, data=form | {"csrf_token": token_of(panel.desk.admin, page)})
    assert refused.status_code == 409
    assert "该律师仍在法律援助律师库中" in refused.text
    assert ends_of(lawyer) == {"lawyer": None}
    facts = {"licence": kept.licence, "mobile": mobile, "active_to": until.isoformat()}
    assert panel.send(lawyer.lawyer_id, **panel.facts(**facts)).status_code == 302
    assert ends_of(lawyer) == {"lawyer": end_of_day(until), "former_lawyer": end_of_day(until + timedelta(days=61))}


def test_the_city_and_unions_above_have_it_ended_in_the_zone(panel):
    lawyer, desk = panel.invited(), panel.desk
    actor = Actor(permissions=frozenset({GRANT_IN_CITY}))
    with scope(Plane.CITY, actor=actor, reason="test"), pytest.raises(RoleHeldInZone):
        take_role(actor, lawyer.account_id, "lawyer", desk.zone.union_id)
    root = desk.world.root
    above = replace(desk.zone, id=uuid7(), union_id=root.id, union_path=root.path)
    admin = Actor(permissions=frozenset({GRANT_IN_ZONE, "desk.view"}), ties=frozenset({above.union_path}))
    with scope(Plane.STAFF, zone=above, actor=admin), pytest.raises(RoleHeldInZone):
        take_role(admin, lawyer.account_id, "lawyer", desk.zone.union_id)
    assert grant_of(lawyer) is not None


def test_who_left_claims_fees_for_some_weeks_and_sees_nothing_else(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    fees = "/console/legal_aid/counsel/fees"
    page = lawyer.browser.get(fees).text
    assert panel.desk.find(case_id).number in page
    for text in ("周小禾", "/console/legal_aid/counsel/hearings", 'href="/console/legal_aid/counsel"'):
        assert text not in page
    for path in ("counsel", "counsel/hearings", f"counsel/{case_id}", str(case_id), "fees", ""):
        assert lawyer.browser.get(f"/console/legal_aid/{path}").status_code == 404, path


def test_the_role_for_fees_ends_by_itself_and_is_neither_given_nor_taken_by_hand(panel):
    lawyer, staff = panel.invited(), "/console/staff/"
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    page = panel.desk.admin.get(staff).text
    assert page.count("离库律师（申报补贴）") == 1, "in the list, and not among the roles to choose"
    with scope(Plane.CITY, reason="test"):
        grant_id = db.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == lawyer.account_id))
    assert str(grant_id) not in page
    token = token_of(panel.desk.admin, staff)
    assert panel.desk.admin.post(f"{staff}{grant_id}/revoke", data={"csrf_token": token}).status_code == 403
    assert ends_of(lawyer) == {"former_lawyer": end_of_day(today_in_china() + timedelta(days=61))}


def test_who_comes_back_with_the_same_number_acts_again(panel):
    lawyer = panel.invited()
    kept = panel.find(lawyer.lawyer_id)
    with scope(Plane.WORKER, zone=panel.desk.zone):
        mobile = mobile_of(kept)
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    again = panel.invited(licence=kept.licence, mobile=mobile)
    assert again.account_id == lawyer.account_id
    assert again.browser.get("/console/legal_aid/counsel").status_code == 200


def test_the_role_of_who_is_on_no_panel_is_taken_like_any_other(panel, world):
    lawyer, beside = panel.invited(), world.staff(panel.desk.zone, "lawyer")
    assert revoke(panel, beside).status_code == 303
    assert (grant_of(beside), grant_of(lawyer) is None) == (None, False)


def test_who_lost_the_role_while_the_zone_was_closed_is_released_and_can_be_taken_off(panel):
    case_id, lawyer, zone = panel.desk.under_way(), panel.invited(), panel.desk.zone
    panel.accepted(case_id, lawyer)
    actor = Actor(permissions=frozenset({GRANT_IN_CITY}))
    with scope(Plane.CITY, actor=actor, reason="test"):
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(state="suspended"))
        take_role(actor, lawyer.account_id, "lawyer", zone.union_id)
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(state="active"))
        db.session.commit()
    assert released(panel) == 1
    assert states(panel, case_id) == ["replaced"]
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302


def test_a_lawyer_who_comes_to_serve_the_employers_union_gives_the_case_on(panel):
    case_id, other, lawyer, second = panel.desk.under_way(), panel.desk.under_way(), panel.invited(), panel.invited()
    panel.accepted(case_id, lawyer)
    panel.accepted(other, second)
    path = panel.desk.find(case_id).blind_paths[0]
    with scope(Plane.CITY, reason="test"):
        union_id = db.session.scalar(select(Union.id).where(Union.path == path))
        db.session.add(RoleGrant(account_id=lawyer.account_id, role="editor", union_id=union_id, union_path=path))
        db.session.commit()
    assert released(panel) == 1
    panel.settle()
    assert states(panel, case_id) == ["replaced", "offered"]
    assert panel.assignments(case_id)[-1].lawyer_id == second.lawyer_id
    assert states(panel, other) == ["accepted"]


@pytest.mark.parametrize("is_of_the_firm", [False, True])
def test_a_client_noted_after_a_case_against_it_was_taken_takes_the_case_on(panel, is_of_the_firm):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    acting = panel.invited(firm=panel.find(lawyer.lawyer_id).firm) if is_of_the_firm else lawyer
    panel.accepted(case_id, lawyer)
    assert panel.send(acting.lawyer_id, "clients", client_name=EMPLOYER).status_code == 302
    panel.settle()
    assert states(panel, case_id) == ["replaced"]
    assert lawyer.browser.get(f"/console/legal_aid/counsel/{case_id}").status_code == 404


def test_a_lawyer_who_changes_to_the_employers_firm_gives_the_case_on(panel):
    case_id, lawyer, acting = panel.desk.under_way(), panel.invited(), panel.invited()
    panel.accepted(case_id, lawyer)
    assert panel.send(acting.lawyer_id, "clients", client_name=EMPLOYER).status_code == 302
    panel.settle()
    assert states(panel, case_id) == ["accepted"]
    kept, firm = panel.find(lawyer.lawyer_id), panel.find(acting.lawyer_id).firm
    with scope(Plane.WORKER, zone=panel.desk.zone):
        mobile = mobile_of(kept)
    facts = panel.facts(licence=kept.licence, mobile=mobile, firm=firm)
    assert panel.send(lawyer.lawyer_id, **facts).status_code == 302
    panel.settle()
    assert states(panel, case_id) == ["replaced"]


def test_where_nobody_is_free_the_case_waits_for_its_handler_until_they_see_to_it(panel):
    case_id, desk = panel.desk.under_way(), panel.desk
    lawyer, handler = panel.invited(), Actor(panel.desk.find(case_id).handler_id, permissions=frozenset({REVIEW}))

    def waiting() -> int:
        with scope(Plane.WORKER, zone=desk.zone, actor=handler):
            return count_waiting_for(handler, "legal_aid")

    panel.accepted(case_id, lawyer)
    before = waiting()
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    assert waiting() == before + 1
    assert desk.step(desk.handler, case_id, "report", news="正在另找律师").status_code == 302
    assert waiting() == before


def test_taking_off_whose_last_day_has_passed_leaves_that_day(panel):
    lawyer = panel.invited()
    end_term(panel, lawyer)
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    assert panel.find(lawyer.lawyer_id).active_to == today_in_china() - timedelta(days=1)


def test_papers_call_a_lawyer_with_a_last_day_ahead_no_former_one(panel):
    lawyer = panel.invited(active_to=(today_in_china() + timedelta(days=200)).isoformat())
    assert set(ends_of(lawyer)) == {"lawyer", "former_lawyer"}
    actor = Actor(lawyer.account_id, name=lawyer.name, ties=frozenset({panel.desk.zone.union_path}))
    with scope(Plane.STAFF, zone=panel.desk.zone, actor=actor):
        mark = mark_of(actor)
    assert "律师" in mark
    assert "离库" not in mark


def released(panel) -> int:
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        number = release()
        db.session.commit()
    return number


def revoke(panel, person):
    page = "/console/staff/"
    return panel.desk.admin.post(
        f"{page}{grant_of(person)}/revoke", data={"csrf_token": token_of(panel.desk.admin, page)}
    )


def grant_of(person):
    with scope(Plane.CITY, reason="test"):
        held = select(RoleGrant.id).where(RoleGrant.account_id == person.account_id, RoleGrant.role == "lawyer")
        return db.session.scalar(held)


def ends_of(person):
    with scope(Plane.CITY, reason="test"):
        held = select(RoleGrant.role, RoleGrant.expires_at).where(RoleGrant.account_id == person.account_id)
        return {row.role: row.expires_at for row in db.session.execute(held)}


def tie(panel, case_id) -> None:
    """Have somebody keep the panel who holds a role in the union the case is kept from."""
    world, path = panel.desk.world, panel.desk.find(case_id).blind_paths[0]
    keeper = world.staff(panel.desk.zone, "zone_admin")
    with scope(Plane.CITY, reason="test"):
        union_id = db.session.scalar(select(Union.id).where(Union.path == path))
        db.session.add(RoleGrant(account_id=keeper.account_id, role="editor", union_id=union_id, union_path=path))
        db.session.commit()
    panel.desk.admin = world.client(panel.desk.zone, keeper)


def test_what_a_case_tells_is_not_unsealed_while_its_lawyer_acts_for_nobody(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
        db.session.execute(update(Case).where(Case.id == case_id).values(answers_cipher=b"not to be unsealed"))
        assert release() == 0
        db.session.rollback()


def test_who_comes_back_has_no_calendar_at_the_address_of_before(panel, world):
    lawyer, nobody, page = panel.invited(), world.client(panel.desk.zone), "/console/legal_aid/counsel/hearings"
    kept = panel.find(lawyer.lawyer_id)
    mobile = mobile_of(kept)
    path, handlers = f"/{feed_of(panel, lawyer.browser, page)}", f"/{feed_of(panel, panel.desk.handler)}"
    assert nobody.get(path).status_code == 200
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.settle()
    again = panel.invited(licence=kept.licence, mobile=mobile)
    assert again.account_id == lawyer.account_id
    assert nobody.get(path).status_code == 404
    assert nobody.get(f"/{feed_of(panel, again.browser, page)}").status_code == 200
    assert nobody.get(handlers).status_code == 200, "who handles cases keeps theirs"
