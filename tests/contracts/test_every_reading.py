"""Who reads a case, by the need they have of it: the same of one kind of every module."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.access.operations import break_glass, declare_conflict, name_participant
from app.casework.access.rule import Part
from app.casework.access.standing import reading_of
from app.casework.kinds import CaseKind
from app.casework.models import Case, CaseDocument
from app.casework.queries import find_case
from app.casework.reviews import write_note
from app.casework.states import Phase
from app.casework.steps import take_step
from app.core.clock import now, today_in_china
from app.core.errors import DomainError
from app.core.places import Place
from app.identity.queries import Colleague
from app.notifications.models import Message
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.contracts.walking import pass_csrf, steps
from tests.fixtures.answers import STORY, answers_to
from tests.fixtures.cases import declared_kinds, hand_in
from tests.fixtures.world import Browser, Person, World


def papers(kind: CaseKind) -> int:
    return len(kind.form.papers_for(answers_to(kind.form)))


FREE = [kind for kind in declared_kinds() if not kind.own.rests_on_entitlement]
KINDS = {kind.module: kind for kind in sorted(FREE, key=papers)}
"""Of each module the one that asks for most papers."""
NOTE = "邻居反映家中另有一名病人"
REASON = "经办人休假，当事人来电催办"
PICTURE = b"RIFF"


@dataclass
class Desk:
    """A case that the handler has taken, and others of the desk."""

    world: World
    zone: ZoneFacts
    kind: CaseKind
    person: Person
    case_id: UUID
    handler: Actor
    colleague: Actor
    decider: Actor
    tied: Actor

    def as_(self, actor: Actor, do: Callable[[], Any]) -> Any:
        with scope(Plane.STAFF, zone=self.zone, actor=actor):
            found = do()
            db.session.commit()
            return found

    def reading(self, actor: Actor) -> Part | str | None:
        """As whom somebody reads the case, or what refuses them."""
        try:
            return self.as_(actor, lambda: reading_of(actor, find_case(self.case_id)))
        except DomainError as refusal:
            return refusal.code

    def client(self, actor: Actor) -> Browser:
        assert actor.account_id is not None
        return self.world.client(self.zone, Person(None, actor.account_id, "", actor.name))

    def worker(self, do: Callable[[], Any]) -> Any:
        with scope(Plane.WORKER, zone=self.zone):
            found = do()
            db.session.commit()
            return found


@pytest.fixture(params=KINDS)
def desk(request, world) -> Desk:
    kind = KINDS[request.param]
    county = world.union()
    zone, employer = world.zone(union=county), world.union(kind="enterprise", parent=county)
    person = world.member(employer)
    case_id = hand_in(zone, kind, person)
    handler, colleague = (world.staff_actor(zone, "caseworker") for _ in range(2))
    tied = world.staff_actor(zone, "zone_admin", employer.path)
    desk = Desk(world, zone, kind, person, case_id, handler, colleague, world.staff_actor(zone, "zone_admin"), tied)
    desk.as_(handler, lambda: take_step(handler, case_id, "take", seen=find_case(case_id).mark))
    return desk


def test_the_handler_alone_reads_what_they_have_taken(desk):
    assert desk.reading(desk.handler) is Part.HANDLER
    assert desk.reading(desk.colleague) is None
    assert desk.reading(desk.decider) is None


@pytest.mark.parametrize("desk", sorted(KINDS.keys() - {"help"}), indirect=True)
def test_no_page_file_or_form_of_the_desk_tells_others_what_is_in_it(app, desk):
    """Those of help are walked in `app/casework/access/tests/test_reading.py`."""
    desk.as_(desk.handler, lambda: write_note(desk.handler, desk.case_id, NOTE))
    shown = desk.client(desk.handler).get(f"/console/{desk.kind.module}/{desk.case_id}").text
    assert {STORY, NOTE} == {secret for secret in (STORY, NOTE) if secret in shown}, "the walk would prove nothing"
    client = desk.client(desk.decider)
    pass_csrf(client)
    for address, data in answers(app, desk, client):
        words = data.decode("utf-8", "replace")
        assert [secret for secret in (STORY, NOTE) if secret in words] == [], address
        assert not data.startswith(PICTURE), address


def answers(app, desk: Desk, client: Browser) -> Iterator[tuple[str, bytes]]:
    """Every page and file of the module's desk, and every form sent empty."""
    papers_of_it = desk.worker(lambda: db.session.scalars(select(CaseDocument.id)).all())
    for step in steps(app, Place.ZONE, {"cases": desk.case_id, "case_documents": papers_of_it[0]}, []):
        if step.rule.endpoint.startswith(f"console_{desk.kind.module}.") and step.method in ("GET", "POST"):
            for address in step.addresses:
                with closing(client.open(address, method=step.method)) as answer:
                    yield address, answer.data


def test_nobody_reads_a_case_of_their_own_one_of_another_zone_or_one_they_must_not_know(desk):
    both_hats = Actor(
        desk.person.account_id, desk.person.member_id, "", desk.handler.permissions, ties=desk.handler.ties
    )
    assert desk.reading(both_hats) == "case-own"
    assert desk.reading(desk.tied) == "not-found"
    desk.zone = desk.world.zone()
    assert desk.reading(desk.world.staff_actor(desk.zone, "zone_admin")) == "not-found"


def test_a_reason_opens_it_for_a_day_and_the_member_is_told(desk):
    for _twice in range(2):
        desk.as_(desk.colleague, lambda: break_glass(desk.colleague, desk.case_id, REASON))
    assert desk.reading(desk.colleague) is Part.OPENER
    opened = select(Message.href).where(Message.kind == f"{desk.kind.module}.opened")
    assert desk.worker(lambda: db.session.scalars(opened).all()) == [f"/{desk.kind.module}/{desk.case_id}"]
    past = {"opened_at": now() - timedelta(days=2), "until": now() - timedelta(days=1)}
    desk.worker(lambda: db.session.execute(update(CaseOpening).values(**past)))
    assert desk.reading(desk.colleague) is None


def test_no_reason_opens_it_to_who_must_not_know(desk):
    with pytest.raises(DomainError) as refused:
        desk.as_(desk.tied, lambda: break_glass(desk.tied, desk.case_id, REASON))
    assert refused.value.code == "not-found"


def test_who_knows_the_people_is_kept_from_it_and_it_waits_for_another(desk):
    for _twice in range(2):
        desk.as_(desk.handler, lambda: declare_conflict(desk.handler, desk.case_id))
    assert desk.reading(desk.handler) == "case-conflict-of-interest"
    case = desk.worker(lambda: db.session.scalars(select(Case).where(Case.id == desk.case_id)).one())
    assert (case.handler_id, case.phase, case.state) == (None, Phase.OPEN, desk.kind.table.untaken)
    for deed in (
        lambda: break_glass(desk.handler, desk.case_id, REASON),
        lambda: take_step(desk.handler, desk.case_id, "take", seen=case.mark),
    ):
        with pytest.raises(DomainError) as refused:
            desk.as_(desk.handler, deed)
        assert refused.value.code == "case-conflict-of-interest"


def test_who_is_named_to_help_reads_it_to_the_day(desk):
    helper = Colleague(desk.colleague.account_id, desk.colleague.name, None, desk.colleague.ties)
    desk.as_(desk.handler, lambda: name_participant(desk.handler, desk.case_id, helper, today_in_china()))
    assert desk.reading(desk.colleague) is Part.PARTICIPANT
    yesterday = today_in_china() - timedelta(days=1)
    desk.worker(lambda: db.session.execute(update(CaseParticipant).values(until=yesterday)))
    assert desk.reading(desk.colleague) is None


def test_who_must_not_know_is_not_named_to_help(desk):
    tied = Colleague(desk.tied.account_id, desk.tied.name, None, desk.tied.ties)
    with pytest.raises(DomainError) as refused:
        desk.as_(desk.handler, lambda: name_participant(desk.handler, desk.case_id, tied, today_in_china()))
    assert refused.value.code == "case-nobody-to-name"
