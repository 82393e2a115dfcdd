"""Everybody on a notice is told, also those whose cases are kept from who publishes or discards it, and these learn nothing."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.casework.models import CaseEvent
from app.casework.public_notice.drafting import LIST as LISTED
from app.casework.public_notice.models import Listing, Notice, NoticeLine
from app.core.audit import AuditEntry
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.test_public_notice import drafted, granted
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields


@pytest.fixture
def blind(desk, world) -> SimpleNamespace:
    """Two grants, the second of a factory's worker; and somebody who decides here and belongs to the factory's union."""
    county = world.union_of(desk.zone)
    factory = world.union(f"{county.name}海锋机械厂工会", "enterprise", county)
    other = desk.person
    cases = [granted(desk)]
    worker = world.member(factory, "高厂工")
    desk.member = world.client(desk.zone, worker)
    cases.append(granted(desk))
    insider = world.member(factory, "吕行舟")
    world.grant(insider, desk.zone, "approver")
    return SimpleNamespace(cases=cases, members=[other.member_id, worker.member_id], insider=insider,
                           client=world.client(desk.zone, insider), path=factory.path)  # fmt: skip


def rows(desk, statement) -> list:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.scalars(statement))


def test_a_worker_tells_all_of_them_whoever_publishes(desk, blind):
    shown, hidden = (desk.find(each).number for each in blind.cases)
    page = drafted(desk, *blind.cases)
    seen = blind.client.get(page).text
    assert shown in seen
    assert hidden not in seen, "the publisher sees it: the test proved nothing"
    assert blind.client.post(f"{page}/publish", data=hidden_fields(blind.client, page)).status_code == 302
    told = select(Message.member_id).where(Message.kind == "help.public_notice")
    assert rows(desk, told) == [], "not by the request of who may not see them"
    for _twice in range(2):
        run_due_events()
    assert set(rows(desk, told)) == set(blind.members)
    assert len(rows(desk, told)) == 2
    noted = rows(desk, select(CaseEvent).where(CaseEvent.action == LISTED))
    assert {line.case_id for line in noted} == set(blind.cases)
    assert {(line.account_id, line.actor_name) for line in noted} == {(blind.insider.account_id, "吕行舟")}


def test_whoever_published_it_learns_nothing_of_those_they_are_kept_from(desk, blind):
    page = drafted(desk, *blind.cases)
    blind.client.post(f"{page}/publish", data=hidden_fields(blind.client, page))
    run_due_events()
    actor = Actor(blind.insider.account_id, ties=frozenset({desk.zone.union_path, blind.path}))
    with scope(Plane.STAFF, zone=desk.zone, actor=actor):
        trail = list(db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("help.%notice"))))
    assert str(blind.cases[0]) in {entry.object_id for entry in trail}, "nothing is read: the test proved nothing"
    assert str(blind.cases[1]) not in {entry.object_id for entry in trail}
    (publishing,) = (entry for entry in trail if entry.action == "help.publish_notice")
    assert set(publishing.detail) == {"title"}, "a number would be another one than that of the lines they see"


def test_a_discarded_draft_takes_along_what_its_discarder_does_not_see(desk, blind):
    page = drafted(desk, *blind.cases)
    assert blind.client.post(f"{page}/discard", data=hidden_fields(blind.client, page)).status_code == 302
    for model in (Notice, Listing, NoticeLine):
        assert rows(desk, select(model.id)) == []
    drafted(desk, *blind.cases)
