"""Nobody of the employer's union sees a case that is kept from it, or that there is one: not on any page, in no count,
search, export, figure or trail, and in no table.

Whoever is tied to the employer's union sees the very same of the zone before such a case is handed in and after it was.
"""

import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.casework.conversation.operations import write_as_member
from app.casework.employers import EMPLOYER_UNION, find_zone_above
from app.casework.errors import EmployersZone, UnknownUnion
from app.casework.handover.models import CaseOffer
from app.casework.handover.receiving import BRING, accept_offer
from app.casework.kinds import CaseKind, all_kinds
from app.casework.links.linking import link_cases
from app.casework.links.merging import merge_cases
from app.casework.links.models import CaseLink, CaseMerge, Relation
from app.casework.models import Case, CaseEvent
from app.casework.operations import discard_draft, save_draft
from app.casework.papers import clean_paper
from app.casework.payments.bank_file import write_bank_file
from app.casework.payments.batches import make_batch, release_batch
from app.casework.payments.models import CasePayee, PaymentBatch, PaymentLine, PaymentOrder
from app.casework.payments.payee import Payee, seal_payee
from app.casework.payments.queries import find_released
from app.casework.payments.returned import CameBack, note_returned
from app.casework.payments.tests.till import clear
from app.casework.recusals.models import CaseRecusal
from app.casework.retention.models import CaseErasure, CaseHold
from app.casework.steps import take_step
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.outbox import OutboxEvent
from app.core.places import Place
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.standards import Work, released_on
from app.modules.legal_aid.lawyers.models import Assignment, Lawyer
from tenants import revisions
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import Base, db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.registry import Remembered
from tests.contracts.walking import Step, pass_csrf, steps
from tests.fixtures.answers import STORY, picture
from tests.fixtures.cases import acting
from tests.fixtures.cases import hand_in as hand_in_case
from tests.fixtures.world import Browser, Person, World

FEE, FEE_CENTS = "¥1,234.56", 123_456
RAW = allow_raw_sql("tests.blind", "counts what a plane sees of every table")
# The feed says that something changed, the outbox that work waits; neither says what of.
SAY_NOTHING = {"change_feed", "outbox_events"}
# What differs from one answer to the next by itself.
MOVING = re.compile(
    r'name="(?:id|catalogue_id|csrf_token|_once|page|_seen)" value="[^"]*"|/console/preview/[^"/]+|\d{2}:\d{2}(?::\d{2})?'
)


@dataclass
class Scene:
    """A county's zone, an enterprise under it with a zone of its own, and who looks."""

    world: World
    county: ZoneFacts
    enterprise: ZoneFacts
    applicants: list[Person]
    tied: dict[str, tuple[ZoneFacts, Browser]]
    untied: Browser
    ties: dict[str, Actor]


@pytest.fixture(scope="module")
def scene(app, city) -> Iterator[Scene]:
    with app.app_context():
        county = city.zone()
        above = city.union_of(county)
        employer = city.union("测试制造有限公司工会", "enterprise", above)
        shop = city.union("测试制造一车间工会", "enterprise", employer)
        enterprise = city.zone(union=employer)
        applicants = [city.member(shop, f"柳如{number}") for number in "一二三四五六七八九十" * 6]
        colleague = city.member(employer)
        city.grant(colleague, county, "caseworker", "zone_admin")
        two_hats = city.staff(county, "caseworker", "zone_admin")
        city.grant(two_hats, enterprise, "editor")
        own_admin = city.staff(enterprise, "caseworker", "zone_admin")
        people = {"a colleague": (county, colleague), "with a role there": (county, two_hats),
                  "of the employer's zone": (enterprise, own_admin)}  # fmt: skip
        tied = {who: (zone, city.client(zone, person)) for who, (zone, person) in people.items()}
        untied = city.client(county, city.staff(county, "caseworker", "zone_admin"))
        for client in (untied, *(client for _zone, client in tied.values())):
            pass_csrf(client)
        ties = {"a colleague": employer.path, "with a role there": enterprise.union_path}
        actors = {
            who: Actor(people[who][1].account_id, ties=frozenset({path, county.union_path}))
            for who, path in ties.items()
        }
        yield Scene(city, county, enterprise, applicants, tied, untied, actors)


def blind_kinds() -> list[CaseKind]:
    """Those that anybody may apply for: one that rests on an entitlement takes that first, and lies in the same tables."""
    return [kind for kind in all_kinds() if kind.is_employer_blind and not kind.own.rests_on_entitlement]


def hand_in(scene: Scene, kind: CaseKind, by: Person | None = None, **more: str) -> UUID:
    """Somebody else each time hands in a case, unless it is said who."""
    person = by or scene.applicants.pop()
    actor, case_id = acting(person), hand_in_case(scene.county, kind, person, **more)
    with scope(Plane.MEMBER, zone=scene.county, actor=actor):
        write_as_member(actor, case_id, uuid7(), STORY, clean_paper(picture("#333333"), "附件.jpg"))
        db.session.commit()
    _ask_and_hold(scene, actor, case_id)
    return case_id


def _ask_and_hold(scene: Scene, actor: Actor, case_id: UUID) -> None:
    """The case's erasure is asked and its handler objected to, and somebody who may know of it puts it on hold."""
    of_case = {"case_id": case_id, "member_id": actor.member_id}
    with scope(Plane.WORKER, zone=scene.county):
        db.session.add(CaseErasure(id=uuid7(), **of_case))
        db.session.add(CaseRecusal(id=uuid7(), handler_id=uuid7(), handler_name="", reason_cipher=b"x", **of_case))
        db.session.add(CaseHold(id=uuid7(), until=today_in_china(), placed_by=uuid7(), placed_by_name="", **of_case))
        db.session.commit()


def pages(app, client: Browser, planted: dict[str, UUID]) -> dict[str, str]:
    """What every page that staff may open says, as far as it does not change by itself."""
    found = {}
    for step in steps(app, Place.ZONE, planted, []):
        for address in step.addresses if _is_page(step) else ():
            with closing(client.get(address)) as answer:
                if str(answer.mimetype).startswith("application/vnd."):
                    continue  # a workbook carries the moment at which it was made
                found[address] = f"{answer.status_code} {MOVING.sub('', answer.data.decode(errors='replace'))}"
    return found


def _is_page(step: Step) -> bool:
    return step.method == "GET" and step.rule.endpoint.startswith(("console", "api"))


def counts(scene: Scene, who: str) -> dict[str, int]:
    """How many rows of every table the staff plane sees for somebody."""
    with scope(Plane.STAFF, zone=scene.county, actor=scene.ties[who]), raw_sql(RAW):
        found = {}
        for table in Base.metadata.sorted_tables:
            may_read = text("SELECT has_any_column_privilege(:table, 'SELECT')")
            if table.name not in SAY_NOTHING and db.session.scalar(may_read, {"table": table.name}):
                found[table.name] = db.session.scalar(text(f"SELECT count(*) FROM {table.name}"))
        return found


def test_help_and_legal_aid_are_kept_from_the_employer(app):
    with app.app_context():
        assert {kind.module for kind in blind_kinds()} == {"help", "legal_aid"}


def test_the_zone_looks_the_same_to_the_employers_people_before_and_after(app, scene):
    with app.app_context():
        cases = {"cases": uuid7()}
        looks = {who: pages(app, client, cases) for who, (_zone, client) in scene.tied.items()}
        control = pages(app, scene.untied, cases)
        rows = {who: counts(scene, who) for who in scene.ties}
        for kind in blind_kinds():
            hand_in(scene, kind)
        for who, (_zone, client) in scene.tied.items():
            now = pages(app, client, cases)
            assert [address for address in now if now[address] != looks[who].get(address)] == [], who
        assert {who: counts(scene, who) for who in scene.ties} == rows
        assert pages(app, scene.untied, cases) != control, "nobody sees it: the test proved nothing"


def test_a_draft_that_was_thrown_away_leaves_no_trace_for_the_employers_people(app, scene):
    with app.app_context():
        before = {who: counts(scene, who) for who in scene.ties}
        for kind in blind_kinds():
            actor, case_id = acting(scene.applicants.pop()), uuid7()
            with scope(Plane.MEMBER, zone=scene.county, actor=actor):
                save_draft(actor, kind, case_id, {})
                discard_draft(actor, case_id)
                db.session.commit()
            with scope(Plane.STAFF, zone=scene.county, actor=Actor(ties=frozenset({scene.county.union_path}))):
                told = db.select(AuditEntry.id).where(AuditEntry.object_id == str(case_id))
                assert db.session.scalars(told).all(), "nobody is told of it: the test proved nothing"
        assert {who: counts(scene, who) for who in scene.ties} == before


def test_what_two_such_cases_have_to_do_with_each_other_is_unseen_too(app, scene):
    with app.app_context():
        before = {who: counts(scene, who) for who in scene.ties}
        kind, person = next(kind for kind in blind_kinds() if not kind.is_single), scene.applicants.pop()
        ending, into = (hand_in(scene, kind, person) for _ in range(2))
        handler = Actor(uuid7(), None, "经办", frozenset({kind.review}), ties=frozenset({scene.county.union_path}))
        with scope(Plane.STAFF, zone=scene.county, actor=handler):
            cases = [take_step(handler, each, "take") for each in (ending, into)]
            link_cases(handler, ending, str(cases[1].number), Relation.SAME_MATTER, STORY)
            merge_cases(handler, ending, into, STORY, seen={case.id: case.mark for case in cases})
            db.session.commit()
            assert db.session.scalars(db.select(CaseLink)).all(), "there is nothing to see: the test proved nothing"
            assert db.session.scalars(db.select(CaseMerge)).all(), "there is nothing to see: the test proved nothing"
        assert {who: counts(scene, who) for who in scene.ties} == before


def test_what_another_zone_offers_of_such_cases_and_who_accepts_it_is_unseen_too(app, scene):
    with app.app_context():
        before, kind, offer_id = {who: counts(scene, who) for who in scene.ties}, blind_kinds()[0], uuid7()
        with scope(Plane.WORKER, zone=scene.county):
            db.session.add(
                CaseOffer(
                    id=offer_id, member_id=scene.applicants[-1].member_id, module=kind.module, kind=kind.key,
                    from_zone_id=scene.enterprise.id, from_name="邻县专区", from_number="FW-2026-0000000001",
                    blind_paths=[scene.enterprise.union_path], is_urgent=False, reason_cipher=b"x",
                )
            )  # fmt: skip
            db.session.commit()
        handler = Actor(uuid7(), None, "经办", frozenset({kind.review}), ties=frozenset({scene.county.union_path}))
        with scope(Plane.STAFF, zone=scene.county, actor=handler):
            assert db.session.scalars(db.select(CaseOffer)).all(), "there is nothing to see: the test proved nothing"
            accept_offer(handler, offer_id, kind.module)
            db.session.commit()
            told = db.select(AuditEntry.id).where(AuditEntry.object_id == str(offer_id))
            assert db.session.scalars(told).all(), "nobody is told of it: the test proved nothing"
        assert {who: counts(scene, who) for who in scene.ties} == before
        with scope(Plane.WORKER, zone=scene.county):  # there is no case to bring
            db.session.execute(db.delete(OutboxEvent).where(OutboxEvent.kind == BRING))
            db.session.execute(db.delete(CaseOffer))
            db.session.commit()


def test_no_address_of_such_a_case_answers_the_employers_people(app, scene):
    with app.app_context():
        of_module = {kind.module: kind for kind in blind_kinds()}  # a route knows a module, never a kind
        for module, kind in of_module.items():
            planted = {"cases": hand_in(scene, kind)}
            of_cases = [step for step in steps(app, Place.ZONE, planted, []) if is_of_a_case(step, module)]
            assert of_cases
            for step in of_cases:
                for who, (_zone, client) in scene.tied.items():
                    with closing(client.open(step.addresses[0], method=step.method)) as answer:
                        assert answer.status_code in (404, 405), (who, step.method, step.addresses)
                        assert STORY not in answer.data.decode(errors="replace")


def is_of_a_case(step: Step, module: str) -> bool:
    """Whether it is of a case at that module's desk; at another's no case of it is found anyway."""
    return step.rule.endpoint.startswith(f"console_{module}.") and "case_id" in step.rule.arguments


def test_the_row_itself_is_closed_to_whoever_is_tied(app, scene):
    with app.app_context():
        case_id = hand_in(scene, blind_kinds()[0])
        workshop = scene.enterprise.union_path + "zzzz."
        assert not sees(scene, case_id, workshop)
        for actor in scene.ties.values():
            with scope(Plane.STAFF, zone=scene.county, actor=actor):
                assert db.session.get(Case, (scene.county.id, case_id)) is None
        with scope(Plane.STAFF, zone=scene.county, actor=Actor(ties=frozenset({scene.county.union_path}))):
            assert db.session.get(Case, (scene.county.id, case_id)) is not None


def test_payments_of_such_a_case_are_in_a_batch_of_their_own_that_is_kept_too(app, scene):
    """Whatever is to be paid on such a case one day: no order, batch or line of it, and no word of the trail."""
    with app.app_context():
        case_id, other_id = hand_in(scene, blind_kinds()[0]), hand_in_openly(scene)
        orders = [plant_order(scene, each) for each in (case_id, other_id)]
        for each in (case_id, other_id):
            clear(scene.county, each)
        cashier = Actor(uuid7(), name="出纳", ties=frozenset({scene.county.union_path}))
        before = {who: counts(scene, who) for who in scene.ties}
        with scope(Plane.STAFF, zone=scene.county, actor=cashier):
            made = make_batch(cashier, "help", uuid7(), orders)
            db.session.commit()
            batches = db.session.scalars(db.select(PaymentBatch).order_by(PaymentBatch.count)).all()
            assert [(each.count, not each.blind_paths) for each in batches] == [(1, each is made) for each in batches]
            assert len(batches) == len(orders)
        after = {who: counts(scene, who) for who in scene.ties}
        for who, rows in after.items():
            more = {table: count - before[who][table] for table, count in rows.items() if count != before[who][table]}
            assert more == {"audit_entries": 2, "case_events": 1, "case_payment_batches": 1, "case_payment_lines": 1}, (
                who
            )
        (kept,) = [batch.id for batch in batches if batch.blind_paths]
        pay_and_return(scene, cashier, kept, orders[0])
        assert {who: counts(scene, who) for who in scene.ties} == after
        for actor in scene.ties.values():
            with scope(Plane.STAFF, zone=scene.county, actor=actor):
                assert find_released("help", [batch.number for batch in batches]) == []
                with pytest.raises(NotFound):
                    write_bank_file(actor, "help", [batch.id for batch in batches], io.BytesIO())


def pay_and_return(scene: Scene, cashier: Actor, batch_id: UUID, order_id: UUID) -> None:
    """Release a batch and take out its file; of a payment that was made, note that the money came back."""
    checker = replace(cashier, account_id=uuid7())
    with scope(Plane.STAFF, zone=scene.county, actor=checker):
        release_batch(checker, "help", batch_id)
        db.session.commit()
    with scope(Plane.STAFF, zone=scene.county, actor=cashier):
        write_bank_file(cashier, "help", [batch_id], io.BytesIO())
        db.session.commit()
    with scope(Plane.WORKER, zone=scene.county):
        line = db.session.scalars(db.select(PaymentLine).where(PaymentLine.order_id == order_id)).one()
        line_id = line.id
        line.outcome, line.paid_on, line.settled_by, line.settled_at = "paid", today_in_china(), uuid7(), now()
        db.session.commit()
    with scope(Plane.STAFF, zone=scene.county, actor=cashier):
        note_returned(cashier, "help", order_id, line_id, CameBack(today_in_china(), "退票001", "账户已销户"))
        db.session.commit()


def test_a_lawyer_s_fee_in_such_a_case_is_on_no_page_and_in_no_table_they_see(app, scene):
    with app.app_context():
        case_id = hand_in(scene, next(kind for kind in blind_kinds() if kind.key == "legal_aid.arbitration"))
        lawyer_id = plant_lawyer(scene)
        before = {who: counts(scene, who) for who in scene.ties}
        claim_id = plant_fee(scene, case_id, lawyer_id)
        assert {who: counts(scene, who) for who in scene.ties} == before
        lists = ("/console/legal_aid/fees", "/console/legal_aid/fees/statement", "/console/legal_aid/fees/claims")
        for client in (*(client for zone, client in scene.tied.values() if zone == scene.county), scene.untied):
            is_untied = client is scene.untied
            assert client.get(f"{lists[0]}/{claim_id}").status_code == (200 if is_untied else 404)
            for path in lists:
                answer = client.get(path)
                assert answer.status_code == 200
                assert (FEE in answer.text) == is_untied, path


def plant_lawyer(scene: Scene) -> UUID:
    lawyer_id = uuid7()
    with scope(Plane.WORKER, zone=scene.county):
        db.session.add(Lawyer(id=lawyer_id, name="江某某", licence="14401200410100999", firm="某某所", fields=[],
                              active_from=today_in_china(), mobile_cipher=b"x"))  # fmt: skip
        db.session.commit()
    return lawyer_id


def plant_fee(scene: Scene, case_id: UUID, lawyer_id: UUID) -> UUID:
    """What a lawyer of the county's has claimed in a case."""
    assignment_id, claim_id = uuid7(), uuid7()
    with scope(Plane.WORKER, zone=scene.county):
        member_id = db.session.get_one(Case, (scene.county.id, case_id)).member_id
        of_both = {
            "case_id": case_id,
            "member_id": member_id,
            "lawyer_id": lawyer_id,
            "lawyer_name": "江某某",
            "account_id": uuid7(),
        }
        db.session.add(Assignment(id=assignment_id, lawyer_licence="14401200410100999", lawyer_firm="某某所", state="accepted",
                                  lapses_at=db.func.now(), accepted_at=db.func.now(), **of_both))  # fmt: skip
        db.session.flush()
        db.session.add(FeeClaim(id=claim_id, assignment_id=assignment_id, work=Work.ARBITRATION, done_on=today_in_china(),
                                state="claimed", claimed_at=db.func.now(), amount_cents=FEE_CENTS, **of_both,
                                standard=released_on(Work.ARBITRATION, today_in_china()).to_json()))  # fmt: skip
        db.session.flush()
        db.session.add(FeeBounce(id=uuid7(), case_id=case_id, member_id=member_id, claim_id=claim_id, account_id=uuid7(),
                                 paid_on=today_in_china(), reference="流水0001", paid_by=uuid7(), paid_by_name="出纳",
                                 bounced_on=today_in_china(), noted_by=uuid7(), noted_by_name="管理员"))  # fmt: skip
        db.session.commit()
    return claim_id


def hand_in_openly(scene: Scene) -> UUID:
    """Somebody whom no employer's union is above hands in a case: it is kept from nobody."""
    return hand_in(scene, blind_kinds()[0], scene.world.member(scene.county))


def plant_order(scene: Scene, case_id: UUID) -> UUID:
    """A case that grants something, with the order to pay it and the account for it."""
    order_id, payee_id, cents = uuid7(), uuid7(), 100
    with scope(Plane.WORKER, zone=scene.county):
        case = db.session.get_one(Case, (scene.county.id, case_id))
        case.phase, case.closed_at, case.due_at, case.paused_at = "decided", now(), None, None
        case.recommendation, case.amount_recommended_cents, case.recommended_by = "grant", cents, uuid7()
        case.amount_granted_cents, case.decided_by, case.keeps_vouchers = cents, uuid7(), True
        of_it = {"case_id": case_id, "member_id": case.member_id}
        told = db.session.scalars(db.select(CaseEvent.id).where(CaseEvent.case_id == case_id)).first()
        sealed = seal_payee("case_payees", "told_cipher", payee_id, Payee("海城银行", "12345678", "柳如一"))
        db.session.add(PaymentOrder(id=order_id, module="help", purpose="grant", event_id=told, number=str(order_id),
                                    amount_cents=cents, state="due", **of_it))  # fmt: skip
        db.session.add(CasePayee(id=payee_id, told_cipher=sealed, **of_it))
        db.session.commit()
    return order_id


def sees(scene: Scene, case_id: UUID, tie: str) -> bool:
    """Whether staff of the county who are tied to a union besides see the case."""
    with scope(Plane.STAFF, zone=scene.county, actor=Actor(ties=frozenset({tie, scene.county.union_path}))):
        return db.session.get(Case, (scene.county.id, case_id)) is not None


def reads_of(scene: Scene, case_id: UUID, tie: str) -> int:
    """How many entries of the trail about the case staff see who are tied to a union besides."""
    about = db.select(AuditEntry.id).where(AuditEntry.object_id == str(case_id))
    with scope(Plane.STAFF, zone=scene.county, actor=Actor(ties=frozenset({tie, scene.county.union_path}))):
        return len(db.session.scalars(about).all())


def test_a_union_that_was_named_must_not_know_and_neither_must_one_s_own(app, scene):
    """The dispute may be with another employer than the one the applicant's union is at, as with dispatched workers."""
    with app.app_context():
        other = scene.world.union("前雇主有限公司工会", "enterprise", scene.world.union_of(scene.county))
        kind = next(kind for kind in blind_kinds() if EMPLOYER_UNION in kind.form.known)
        case_id = hand_in(scene, kind, employer_union=other.name)
        for tie in (other.path, scene.enterprise.union_path):
            assert (sees(scene, case_id, tie), reads_of(scene, case_id, tie)) == (False, 0)
        assert sees(scene, case_id, scene.county.union_path)
        with pytest.raises(UnknownUnion):
            hand_in(scene, kind, employer_union="没有这家工会")


def test_what_the_trail_says_of_a_case_is_kept_from_whom_the_case_is_kept_from_later(app, scene):
    with app.app_context():
        other = scene.world.union("后来写明的单位工会", "enterprise", scene.world.union_of(scene.county))
        case_id = hand_in(scene, blind_kinds()[0])
        assert reads_of(scene, case_id, other.path), "nobody is told of it: the test proved nothing"
        for kept_from, count in (([other.path], 0), ([], reads_of(scene, case_id, other.path))):
            with scope(Plane.WORKER, zone=scene.county):
                db.session.get_one(Case, (scene.county.id, case_id)).blind_paths = kept_from
                db.session.commit()
            assert reads_of(scene, case_id, other.path) == count


def test_the_employers_own_zone_takes_no_such_case_and_says_who_does(app, scene, monkeypatch):
    monkeypatch.setattr(revisions, "_documents", Remembered(10))  # a process that has not met the zone above
    person = scene.applicants.pop()
    actor, member = acting(person), scene.world.client(scene.enterprise, person)
    with app.app_context():
        for kind in blind_kinds():
            with scope(Plane.MEMBER, zone=scene.enterprise, actor=actor), pytest.raises(EmployersZone):
                save_draft(actor, kind, uuid7(), {})
            page = member.get(f"/{kind.module}/apply/{kind.name}")
            assert page.status_code == EmployersZone.status
            assert f"{scene.county.host}/{kind.module}/apply/{kind.name}" in page.text
        with scope(Plane.MEMBER, zone=scene.enterprise, actor=actor):
            found = find_zone_above(blind_kinds()[0].module)
    assert found == scene.county


def test_numbers_of_such_cases_leave_no_gaps_that_could_be_counted(app, scene):
    with app.app_context():
        kind = blind_kinds()[0]
        ids = [hand_in(scene, kind) for _ in range(2)]
        with scope(Plane.WORKER, zone=scene.county):
            numbers = [db.session.get_one(Case, (scene.county.id, each)).number for each in ids]
    first, second = (int(str(number).rpartition("-")[2]) for number in numbers)
    assert abs(second - first) > 1
