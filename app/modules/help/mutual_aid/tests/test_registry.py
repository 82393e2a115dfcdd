"""One invoice, one claim: in all zones together, at the same moment too, and nobody learns whose the other one is."""

from datetime import timedelta

import psycopg
import pytest

from app.casework.operations import attach_paper, save_draft, submit_case
from app.core.clock import now
from app.core.platform import platform
from app.modules.help.cases import CASEWORK
from app.modules.help.mutual_aid.errors import InvoiceUsed
from app.modules.help.mutual_aid.tests.conftest import Deed
from app.modules.help.mutual_aid.tests.counter import APPLY, fresh_number, invoice, make_counter
from app.modules.help.mutual_aid.tests.office import day
from app.modules.help.tests.desk import picture
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner
from tests.contracts.walk import login


@pytest.fixture
def number() -> str:
    return fresh_number()


@pytest.fixture
def elsewhere(world):
    """Another zone with a plan and a member of its own."""
    return make_counter(world, name="外区医疗互助")


def test_an_invoice_used_in_another_zone_is_refused_without_a_word_of_whose(counter, elsewhere, number):
    elsewhere.submitted(invoice(number))
    answer = counter.send(invoice(), invoice(f"{number[:2]} {number[2:]}"))
    assert answer.status_code == 422
    assert "已用于其他申请" in answer.text
    assert "#field-invoices-1-number" in answer.text
    assert elsewhere.office.zone.name not in answer.text
    assert "海城市第一人民医院" in counter.member.get(APPLY).text


def test_what_was_refused_holds_none_of_its_invoices(counter, elsewhere, number):
    elsewhere.submitted(invoice(number))
    assert counter.send(invoice(), invoice(number)).status_code == 422
    assert held(counter) == 0
    counter.submitted(invoice())
    assert held(counter) == 1


def test_a_withdrawn_claim_frees_its_invoices(counter, elsewhere, number):
    elsewhere.withdraw(elsewhere.submitted(invoice(number)))
    counter.submitted(invoice(number))


def test_a_paid_claim_keeps_its_invoices_for_good(counter, elsewhere, number):
    case_id = elsewhere.approved(invoice(number))
    long_ago(elsewhere, case_id)
    assert counter.send(invoice(number)).status_code == 422


def test_a_refused_claim_keeps_its_invoices_while_it_may_be_appealed_and_then_no_more(counter, elsewhere, number):
    case_id = elsewhere.refused(invoice(number))
    assert counter.send(invoice(number)).status_code == 422
    long_ago(elsewhere, case_id)
    counter.submitted(invoice(number))


def test_an_appeal_holds_them_again_and_its_refusal_frees_them(counter, elsewhere, number, world):
    case_id = elsewhere.refused(invoice(number))
    assert elsewhere.appeal(case_id).status_code == 302
    long_ago(elsewhere, case_id)
    assert counter.send(invoice(number)).status_code == 422
    third = world.client(elsewhere.office.zone, world.staff(elsewhere.office.zone))
    assert elsewhere.desk.step(third, case_id, "uphold", reason="维持原决定").status_code == 302
    counter.submitted(invoice(number))


def test_an_appeal_comes_to_nothing_once_another_claim_has_the_invoice(counter, elsewhere, number):
    case_id = elsewhere.refused(invoice(number))
    long_ago(elsewhere, case_id)
    counter.submitted(invoice(number))
    refused = elsewhere.appeal(case_id)
    assert refused.status_code == 409
    assert "现已用于其他申请" in refused.text
    assert elsewhere.desk.find(case_id).state == "refused"


def test_an_upheld_grant_keeps_them(counter, elsewhere, number, world):
    case_id = elsewhere.approved(invoice(number), amount="300")
    elsewhere.appeal(case_id)
    third = world.client(elsewhere.office.zone, world.staff(elsewhere.office.zone))
    assert elsewhere.desk.step(third, case_id, "uphold", reason="维持原决定").status_code == 302
    long_ago(elsewhere, case_id)
    assert counter.send(invoice(number)).status_code == 422


def test_handed_in_again_without_an_invoice_it_frees_that_one(counter, elsewhere, number):
    kept = invoice()
    case_id = elsewhere.taken(invoice(number), kept)
    elsewhere.desk.step(elsewhere.desk.handler, case_id, "return", reason="第一张票据看不清")
    assert elsewhere.send(kept, case_id=case_id).status_code == 302
    assert counter.send(kept).status_code == 422
    counter.submitted(invoice(number))


def test_of_two_claims_at_once_one_gets_the_invoice(counter, elsewhere, number, overtaken):
    outcomes = overtaken(claim_of(counter, number), claim_of(elsewhere, number))
    assert [type(outcome) for outcome in outcomes] == [InvoiceUsed]
    assert (held(counter), held(elsewhere)) == (1, 0)


def test_no_plane_reads_or_writes_the_register_but_by_its_functions(settings, counter, number):
    counter.submitted(invoice(number))
    for plane in Plane:
        with login(settings.database_url) as connection:
            connection.execute(f"SET LOCAL ROLE {plane}")  # type: ignore[arg-type]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM help_used_invoices")


def test_the_register_holds_no_number_in_clear(settings, counter, number):
    counter.submitted(invoice(number))
    with connect_as_owner(settings.database_owner_url) as owner:
        rows = owner.execute("SELECT invoice_index FROM help_used_invoices").fetchall()
    assert rows
    assert all(number.encode() not in bytes(row[0]) for row in rows)


def claim_of(counter, number) -> Deed:
    """A claim with the one invoice, handed in by operations alone."""
    person = counter.desk.person
    actor = Actor(person.account_id, person.member_id, person.name, ties=frozenset({counter.office.zone.union_path}))
    kind = CASEWORK.by_name["mutual_aid"]
    row = {"number": number, "code": "44060124", "kind": "inpatient", "issued_on": day(-2), "total": 900_000,
           "insurance": 400_000, "self_paid": 150_000}  # fmt: skip
    answers = {"patient": person.name, "hospital": "海城市第一人民医院", "stay_from": day(-9), "stay_until": day(-3),
               "contact_phone": "+8613800138000", "invoices": [row]}  # fmt: skip
    case_id = uuid7()
    with scope(Plane.MEMBER, zone=counter.office.zone, actor=actor):
        draft = save_draft(actor, kind, case_id, {})
        for paper in ("invoice", "discharge"):
            attach_paper(actor, draft, paper, picture(), f"{paper}.jpg")
        db.session.commit()
    return Deed(counter.office.zone, Plane.MEMBER, actor, lambda actor: submit_case(actor, case_id, answers))


def long_ago(counter, case_id) -> None:
    """Let the claim have been decided so long ago that the days for an appeal are over, for the register too."""
    with connect_as_owner(platform().settings.database_owner_url) as owner:
        owner.execute("UPDATE help_used_invoices SET held_until = %s WHERE case_id = %s AND held_until IS NOT NULL",
                      (now() - timedelta(minutes=1), case_id))  # fmt: skip
        owner.commit()


def held(counter) -> int:
    """How many invoices claims of the zone hold."""
    with connect_as_owner(platform().settings.database_owner_url) as owner:
        found = owner.execute(
            "SELECT count(*) FROM help_used_invoices WHERE zone_id = %s", [counter.office.zone.id]
        ).fetchone()
    return found[0] if found else 0
