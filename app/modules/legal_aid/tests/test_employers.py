"""Whose people must not know: found by what a member writes of the employer, said to the member, and acted on when it is
written late."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.contacts.models import CaseTask
from app.casework.models import CaseEvent
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.legal_aid.tests.desk import Desk
from app.unions.models import Union
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token
from tests.fixtures.world import Browser, Person, World

NOBODY = "无法专门对谁保密"


@pytest.fixture
def name() -> str:
    """What distinguishes an employer: unions of other tests are there, too."""
    return f"蓝港{uuid7().hex[-8:]}物流"


@pytest.fixture
def dispatcher(world: World, desk: Desk, name: str) -> Union:
    """The union of an employer that the applicant is no member of."""
    return world.union(f"{name}有限公司工会", "enterprise", world.union_of(desk.zone))


def of_a_town(world: World, desk: Desk) -> None:
    """The applicant is a member of a town's union: no employer's union is above them."""
    desk.person = world.member(world.union("临海镇总工会", "town", world.union_of(desk.zone)), "方小舟")
    desk.member = world.client(desk.zone, desk.person)


@pytest.mark.parametrize(
    "written",
    [{"employer": "{}有限公司"}, {"employer": " {} 公司"}, {"employer": "{}"},
     {"employer": "另一家", "employer_union": "{}工会委员会"}, {"employer": "另一家", "employer_union": "{}（有限公司）工会"}],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["mediation", "consultation"])
def test_the_union_is_found_by_the_name_of_the_employer_or_its_own(world, desk, name, dispatcher, written, kind):
    of_a_town(world, desk)
    case_id = desk.submitted(kind, **{field: text.format(name) for field, text in written.items()})
    assert desk.find(case_id).blind_paths == [dispatcher.path]
    for page in (desk.member.get(f"/legal_aid/{case_id}"), desk.member.get(f"/legal_aid/{case_id}/result")):
        assert dispatcher.name in page.text
        assert NOBODY not in page.text


def test_letters_and_digits_are_the_same_in_either_width(world, desk):
    of_a_town(world, desk)
    mark = uuid7().hex[-8:].upper()
    union = world.union(f"ＡＢ８ {mark}科技（海湾）股份有限公司工会委员会", "enterprise", world.union_of(desk.zone))
    assert desk.find(desk.submitted(employer=f"ab8{mark.lower()}科技(海湾)公司")).blind_paths == [union.path]


def test_a_dispatched_worker_s_case_is_kept_from_both_unions(world, desk, name, dispatcher):
    with scope(Plane.MEMBER):
        own = db.session.scalars(select(Union.path).where(Union.name == "海城某某制衣厂工会")).all()
    case = desk.find(desk.submitted("mediation", employer=f"{name}公司"))
    assert dispatcher.path in case.blind_paths
    assert set(case.blind_paths) - {dispatcher.path} <= set(own)
    assert len(case.blind_paths) == 2


@pytest.mark.parametrize("field", ["employer", "employer_union"])
def test_of_several_that_may_be_meant_the_member_names_one(world, desk, name, dispatcher, field):
    of_a_town(world, desk)
    other = world.union(f"{name}公司工会", "enterprise", world.union_of(desk.zone))
    case_id, written = uuid7(), {"employer": "某某厂", field: name}
    answer = desk.submit("mediation", case_id, **written)
    assert answer.status_code == 422
    assert f"{dispatcher.name}、{other.name}" in answer.text
    assert f'value="{name}"' in answer.text
    assert desk.submit("mediation", case_id, **{**written, "employer_union": other.name}).status_code == 302
    assert desk.find(case_id).blind_paths == [other.path]


def test_unions_of_one_name_must_all_not_know(world, desk, name, dispatcher):
    of_a_town(world, desk)
    twin = world.union(dispatcher.name, "enterprise", world.union())
    assert desk.find(desk.submitted(employer_union=twin.name)).blind_paths == sorted([dispatcher.path, twin.path])


@pytest.mark.parametrize(("locale", "said"), [("zh_CN", NOBODY), ("en", "can be kept from nobody in particular")])
def test_where_no_union_is_found_the_member_reads_so_before_and_after(world, desk, locale, said):
    of_a_town(world, desk)
    desk.member.set_cookie("hall_locale", locale, domain=desk.zone.host.partition(":")[0])
    assert said in desk.member.get("/legal_aid/apply/mediation").text
    case_id = desk.submitted("mediation", employer="谁也不知道的小店")
    assert desk.find(case_id).blind_paths == []
    assert said in desk.member.get(f"/legal_aid/{case_id}").text
    assert desk.member.get(f"/legal_aid/{case_id}/result").status_code == 200


def test_before_it_is_handed_in_a_saved_draft_says_whom_it_will_be_kept_from(world, desk, name, dispatcher):
    of_a_town(world, desk)
    desk.submit("mediation", action="save", employer=f"{name}公司", consent="")
    page = desk.member.get("/legal_aid/apply/mediation").text
    assert dispatcher.name in page
    assert NOBODY not in page


@pytest.fixture
def insider(world: World, desk: Desk, dispatcher: Union) -> Person:
    """A handler of the zone who is a member of the employer's union."""
    person = world.member(dispatcher, "吕行舟")
    world.grant(person, desk.zone, "caseworker")
    return person


def returned(desk: Desk, handler: Browser) -> UUID:
    case_id = desk.submitted("mediation", employer="写错的名称")
    assert desk.step(handler, case_id, "take").status_code == 302
    assert desk.step(handler, case_id, "return", reason="请写明用人单位全称").status_code == 302
    return case_id


def hand_in_again(desk: Desk, case_id: UUID, **changed: str) -> None:
    assert desk.submit("mediation", case_id, **changed).status_code == 302
    run_due_events()


def test_a_handler_who_must_not_know_any_more_is_taken_off_and_the_trail_is_closed_to_them(
    world, desk, name, dispatcher, insider
):
    client = world.client(desk.zone, insider)
    case_id = returned(desk, client)
    ties = frozenset({dispatcher.path, desk.zone.union_path})
    about = select(AuditEntry.id).where(AuditEntry.object_id == str(case_id))
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(insider.account_id, ties=ties)):
        assert db.session.scalars(about).all(), "nobody is told of it: the test proved nothing"
    hand_in_again(desk, case_id, employer=f"{name}公司")
    case = desk.find(case_id)
    assert (case.handler_id, case.handler_name, case.state) == (None, "", "submitted")
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(insider.account_id, ties=ties)):
        assert db.session.scalars(about).all() == []
    assert client.get(f"/console/legal_aid/{case_id}").status_code == 404
    assert desk.step(desk.colleague, case_id, "take").status_code == 302
    page = desk.colleague.get(f"/console/legal_aid/{case_id}").text
    assert "重新分派" in page
    assert "重新分派" not in desk.member.get(f"/legal_aid/{case_id}").text
    with scope(Plane.WORKER, zone=desk.zone):
        (line,) = db.session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.action == "give_anew")
        )
    assert (line.note_cipher, line.visibility, line.actor_name) == (None, "inner", "system")


def test_whoever_helps_opened_it_or_has_a_task_is_taken_off_too(world, desk, name, dispatcher, insider):
    case_id = returned(desk, desk.handler)
    handler = desk.find(case_id).handler_id
    about = {"case_id": case_id, "member_id": desk.person.member_id}
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add_all((
            CaseParticipant(**about, id=uuid7(), account_id=insider.account_id, name=insider.name, until=today_in_china()),
            CaseOpening(**about, id=uuid7(), account_id=insider.account_id, reason_cipher=b"x",
                        opened_at=now() - timedelta(hours=1), until=now() + timedelta(hours=9)),
            CaseTask(**about, id=uuid7(), title_cipher=b"x", assignee_id=insider.account_id, assignee_name=insider.name,
                     due_on=today_in_china(), created_by=handler),
        ))  # fmt: skip
        db.session.commit()
    hand_in_again(desk, case_id, employer=f"{name}公司")
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(CaseParticipant)).all() == []
        assert db.session.scalars(select(CaseOpening.until)).one() <= now()
        assert db.session.scalars(select(CaseTask.assignee_id)).all() == [handler]
    assert desk.find(case_id).handler_id == handler


def test_a_handler_who_may_know_keeps_the_case(desk, name, dispatcher):
    case_id = returned(desk, desk.handler)
    handler = desk.find(case_id).handler_id
    hand_in_again(desk, case_id, employer=f"{name}公司")
    assert desk.find(case_id).handler_id == handler
    with scope(Plane.WORKER, zone=desk.zone):
        assert "give_anew" not in db.session.scalars(select(CaseEvent.action)).all()


def test_nobody_who_must_not_know_can_be_named_to_help(desk, name, dispatcher, insider):
    case_id = desk.submitted("mediation", employer=f"{name}公司")
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    path = f"/console/legal_aid/{case_id}/participants"
    assert insider.name not in desk.handler.get(path).text
    form = {
        "csrf_token": token(desk.handler, path),
        "participant": insider.account_id,
        "until": today_in_china().isoformat(),
    }
    assert desk.handler.post(path, data=form).status_code == 422
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(CaseParticipant)).all() == []
