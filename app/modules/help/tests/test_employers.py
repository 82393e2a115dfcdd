"""The employer's union never learns who asks for help: its people see no application in the zone above."""

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.casework.employers import EMPLOYER_UNION
from app.casework.models import Case
from app.modules.help.cases import CASEWORK
from app.modules.help.tests.desk import Desk
from app.unions.models import Union
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token
from tests.fixtures.world import World


@pytest.fixture
def factory(world: World, desk: Desk) -> Union:
    """The union of the applicant's employer, under the zone's."""
    union = world.union(kind="enterprise", parent=world.union_of(desk.zone))
    desk.person = world.member(union)
    desk.member = world.client(desk.zone, desk.person)
    return union


@pytest.fixture
def case_id(desk: Desk, factory: Union) -> UUID:
    return desk.submitted()


def test_every_kind_of_help_is_kept_from_the_employer_and_lets_its_union_be_named():
    for kind in CASEWORK.kinds:
        assert kind.is_employer_blind, kind.key
        assert EMPLOYER_UNION in kind.form.known, kind.key


def test_a_colleague_with_a_role_in_the_zone_neither_finds_nor_takes_it(world, desk, factory, case_id):
    colleague = world.member(factory)
    world.grant(colleague, desk.zone, "caseworker", "zone_admin")
    insider = world.client(desk.zone, colleague)
    assert desk.find(case_id).number not in insider.get("/console/help/?state=all").text
    assert insider.get(f"/console/help/{case_id}").status_code == 404
    ties = frozenset({factory.path, desk.zone.union_path})
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(colleague.account_id, ties=ties)):
        assert db.session.scalar(select(func.count(Case.id))) == 0
    assert desk.handler.get(f"/console/help/{case_id}").status_code == 200


def test_the_member_reads_from_whom_it_is_kept(desk, factory, case_id):
    assert factory.name in desk.member.get(f"/help/{case_id}").text
    assert factory.name in desk.member.get("/help/apply/hardship").text


def test_a_draft_in_a_zone_that_has_become_the_employers_is_said_to_be_kept_and_can_be_discarded(desk):
    desk.send(desk.form(action="save"), "seasonal")
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Union).where(Union.id == desk.zone.union_id).values(kind="enterprise"))
        db.session.commit()
    refused = desk.member.get("/help/apply/seasonal")
    assert refused.status_code == 403
    assert "申请未提交" in refused.text
    discard = re.findall(r'action="(/help/[0-9a-f-]{36}/discard)"', refused.text)
    assert len(discard) == 1
    assert (
        desk.member.post(discard[0], data={"csrf_token": token(desk.member, "/help/apply/seasonal")}).status_code == 302
    )
    assert "申请未提交" not in desk.member.get("/help/apply/seasonal").text


def test_the_union_of_another_employer_may_be_named(world, desk, factory):
    other = world.union(kind="institution", parent=world.union_of(desk.zone))
    case_id = desk.submitted(employer_union=other.name)
    assert desk.find(case_id).blind_paths == sorted([factory.path, other.path])
