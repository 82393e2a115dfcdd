"""A lawyer leaves the panel, or their term ends: their cases go on with others, whoever keeps the panel."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core.clock import today_in_china
from app.identity.models import RoleGrant
from app.modules.legal_aid.lawyers.leaving import release
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.tests.test_assigning import states, told
from app.unions.models import Union
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
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
    assert "承办律师已出库" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "承办律师已出库" in panel.desk.member.get(f"/legal_aid/{case_id}").text
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


def test_the_role_of_who_is_on_no_panel_is_taken_like_any_other(panel, world):
    lawyer, beside = panel.invited(), world.staff(panel.desk.zone, "lawyer")
    assert revoke(panel, beside).status_code == 303
    assert (grant_of(beside), grant_of(lawyer) is None) == (None, False)


def revoke(panel, person):
    page = "/console/staff/"
    return panel.desk.admin.post(
        f"{page}{grant_of(person)}/revoke", data={"csrf_token": token_of(panel.desk.admin, page)}
    )


def grant_of(person):
    with scope(Plane.CITY, reason="test"):
        return db.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == person.account_id))


def tie(panel, case_id) -> None:
    """Have somebody keep the panel who holds a role in the union the case is kept from."""
    world, path = panel.desk.world, panel.desk.find(case_id).blind_paths[0]
    keeper = world.staff(panel.desk.zone, "zone_admin")
    with scope(Plane.CITY, reason="test"):
        union_id = db.session.scalar(select(Union.id).where(Union.path == path))
        db.session.add(RoleGrant(account_id=keeper.account_id, role="editor", union_id=union_id, union_path=path))
        db.session.commit()
    panel.desk.admin = world.client(panel.desk.zone, keeper)
