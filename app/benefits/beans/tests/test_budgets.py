"""The staff's pages of budgets: nobody approves what they proposed, and money and catalogues take two people."""

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.benefits.beans import appropriations, catalogues, ledger_pages, ledger_queries
from app.benefits.beans.errors import NotEnoughBeans
from app.benefits.beans.issue_states import APPROVE as APPROVE_ISSUE
from app.benefits.beans.issue_states import SUBMIT
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.models import BeanAppropriation, BeanBudget, BeanCatalogue, BeanCatalogueChange
from app.benefits.beans.tests.books import balances
from app.benefits.beans.tests.office import Office
from app.benefits.papers import Hand
from app.benefits.proposals import APPROVE, REFUSE, STEPS, WITHDRAW, ProposalDecided, WhyMissing
from app.benefits.rules.errors import GoodsForbidden, NotTheProposer, OwnProposal
from app.core.seen import ChangedMeanwhile
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

BUDGETS, CATALOGUES = "/console/benefits/budgets/", "/console/benefits/catalogues/"
PUT_IN, TAKE_OUT = TransactionKind.APPROPRIATE, TransactionKind.WITHDRAW


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


@pytest.fixture
def desk(office):
    return lambda *roles: office.world.client(office.zone, office.world.staff(office.zone, *roles))


@pytest.fixture
def at_desk(office):
    with office.staff():
        yield office


def proposed(office: Office, kind=PUT_IN, amount: int = 50) -> BeanAppropriation:
    return appropriations.propose(
        office.maker, uuid7(), budget_id=office.budget_id, kind=kind, amount=amount, ground="常委会决定"
    )


def take(office: Office, found: BeanAppropriation, step, by=None) -> BeanAppropriation:
    actor = by or (office.maker if step.hand is Hand.MAKER else office.checker)
    return appropriations.take_step(actor, found.id, step, seen=found.mark, reason="金额有误")


def test_the_list_says_where_each_budgets_beans_are(office, desk):
    issue_id = office.drafted()
    for step in (SUBMIT, APPROVE_ISSUE):
        office.take(issue_id, step)
    office.write(issue_id)
    page = desk("approver").get(BUDGETS).text
    row = page[page.index("春节") : page.index("</tr>", page.index("春节"))]
    assert [row.count(f">{beans}<") for beans in (100, 40, 60, 0)] == [1, 1, 1, 2]


@pytest.mark.parametrize(
    "address", [BUDGETS, CATALOGUES, "/console/benefits/ledger/", "/console/benefits/ledger/balance"]
)
def test_pages_of_benefits_do_not_exist_for_whoever_may_not_see_them(desk, address):
    assert desk("editor").get(address).status_code == 404
    assert desk("approver").get(address).status_code == 200


def test_what_is_approved_is_put_in_and_what_was_not_issued_is_taken_out(at_desk):
    take(at_desk, proposed(at_desk), APPROVE)
    assert balances() == {"funding": -150, "budget": 150}
    take(at_desk, proposed(at_desk, TAKE_OUT, 150), APPROVE)
    assert balances() == {"funding": 0, "budget": 0}
    with pytest.raises(NotEnoughBeans):
        take(at_desk, proposed(at_desk, TAKE_OUT, 1), APPROVE)


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.action)
def test_a_step_is_taken_once_and_by_its_hand_alone(at_desk, step):
    found = proposed(at_desk)
    wrong, refusal = (at_desk.checker, NotTheProposer) if step.hand is Hand.MAKER else (at_desk.maker, OwnProposal)
    with pytest.raises(refusal):
        take(at_desk, found, step, wrong)
    assert take(at_desk, found, step).state == step.target
    for again in STEPS.values():
        with pytest.raises(ProposalDecided):
            take(at_desk, found, again)
    assert balances()["budget"] == (150 if step is APPROVE else 100)


def test_a_refusal_says_why_and_nobody_decides_on_what_they_did_not_see(at_desk):
    found = proposed(at_desk)
    with pytest.raises(WhyMissing):
        appropriations.take_step(at_desk.checker, found.id, REFUSE, seen=found.mark)
    with pytest.raises(ChangedMeanwhile):
        appropriations.take_step(at_desk.checker, found.id, APPROVE, seen="submitted.7")


@pytest.mark.parametrize("table", [BeanAppropriation, BeanCatalogueChange])
def test_the_database_keeps_what_was_decided_and_refuses_one_person_for_both(at_desk, table):
    found = proposed(at_desk) if table is BeanAppropriation else change(at_desk)
    alone = update(table).where(table.id == found.id).execution_options(preserve_rowcount=True)
    with pytest.raises(IntegrityError, match="two_people"), db.session.begin_nested():
        db.session.execute(
            alone.values(state="approved", checked_by=at_desk.maker.account_id, checked_at=db.func.now())
        )
    db.session.execute(alone.values(state="withdrawn"))
    assert db.session.execute(alone.values(state="submitted")).rowcount == 0  # type: ignore[attr-defined]


def change(office: Office, *goods: str, catalogue_id: UUID | None = None) -> BeanCatalogueChange:
    return catalogues.propose(
        office.maker,
        uuid7(),
        catalogue_id=catalogue_id or uuid7(),
        title="节日目录",
        categories=list(goods or ["food"]),
    )


def test_a_catalogue_holds_what_two_agreed_on(at_desk):
    first = change(at_desk)
    assert db.session.get(BeanCatalogue, (at_desk.zone.id, first.catalogue_id)) is None
    for step, goods in ((APPROVE, ["food"]), (APPROVE, ["books", "food"]), (WITHDRAW, ["cake"]), (REFUSE, ["cake"])):
        found = first if goods == ["food"] else change(at_desk, *goods, catalogue_id=first.catalogue_id)
        actor = at_desk.maker if step is WITHDRAW else at_desk.checker
        catalogues.take_step(actor, found.id, step, seen=found.mark, reason="不符合规定")
    assert db.session.get_one(BeanCatalogue, (at_desk.zone.id, first.catalogue_id)).categories == ["books", "food"]


def test_one_change_of_a_catalogue_waits_at_a_time(at_desk):
    first = change(at_desk)
    with pytest.raises(catalogues.ChangeWaiting):
        change(at_desk, catalogue_id=first.catalogue_id)
    change(at_desk)


@pytest.mark.parametrize("goods", ["cash", "shopping-card", "securities"])
def test_no_catalogue_holds_money(at_desk, goods):
    with pytest.raises(GoodsForbidden) as refused:
        change(at_desk, "food", goods)
    assert "基层工会经费收支管理办法" in str(refused.value.message)


def test_beans_come_into_a_budget_by_the_pages_of_two_people(office, desk):
    maker, checker, once = desk(), desk("approver"), str(uuid7())
    catalogue = {
        "_once": once,
        "catalogue_id": str(uuid7()),
        "title": "春节目录",
        "categories": ["food", "relief-food"],
    }
    for _ in range(2):
        assert maker.post(CATALOGUES, data=catalogue | {"csrf_token": csrf_token(maker)}).status_code == 302
    with office.staff():
        (found,) = db.session.scalars(select(BeanCatalogueChange)).all()
    address = f"{CATALOGUES}changes/{found.id}/"
    assert (
        checker.post(address + "withdraw", data={"_seen": found.mark, "csrf_token": csrf_token(checker)}).status_code
        == 404
    )
    refused = maker.post(address + "approve", data={"_seen": found.mark, "csrf_token": csrf_token(maker)})
    assert (refused.status_code, "须由他人审核" in refused.text) == (403, True)
    assert (
        checker.post(address + "approve", data={"_seen": found.mark, "csrf_token": csrf_token(checker)}).status_code
        == 302
    )

    budget = {"_once": str(uuid7()), "title": "2027年春节", "union_id": str(office.zone.union_id), "catalogue_id": catalogue["catalogue_id"],
              "year": "2027", "value": "0.5"}  # fmt: skip
    made = [maker.post(BUDGETS + "new", data=budget | {"csrf_token": csrf_token(maker)}) for _ in range(2)]
    assert made[0].location == made[1].location
    assert made[0].location is not None
    page = made[0].location
    appropriation = {"_once": str(uuid7()), "kind": "appropriate", "amount": "1,000", "ground": "党组会纪要 12 号"}
    for _ in range(2):
        assert maker.post(page, data=appropriation | {"csrf_token": csrf_token(maker)}).status_code == 302
    with office.staff():
        budget_id = db.session.scalars(select(BeanBudget.id).where(BeanBudget.cents_per_bean == 50)).one()
        (put_in,) = db.session.scalars(select(BeanAppropriation).where(BeanAppropriation.budget_id == budget_id)).all()
    decided = f"{page}/appropriations/{put_in.id}/approve"
    assert checker.post(decided, data={"_seen": put_in.mark, "csrf_token": csrf_token(checker)}).status_code == 302
    told = checker.get(page).text
    assert "党组会纪要 12 号" in told
    assert "已批准并记账" in told
    ledger = checker.get(f"/console/benefits/ledger/?budget={budget_id}&kind=appropriate").text
    assert "1,000" in ledger
    assert ledger.count("党组会纪要 12 号") == 1
    assert "1,000" not in checker.get("/console/benefits/ledger/?kind=issue").text


@pytest.mark.parametrize(
    ("wrong", "words"), [({"amount": "一百"}, "整数"), ({"ground": ""}, "请填写"), ({"kind": "issue"}, "请选择")]
)
def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed(office, desk, wrong, words):
    maker = desk()
    sent = {"kind": "appropriate", "amount": "12345", "ground": "会议决定"} | wrong | {"csrf_token": csrf_token(maker)}
    answer = maker.post(f"{BUDGETS}{office.budget_id}", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "12345" in answer.text or "amount" in wrong


def test_a_budget_of_another_zone_is_not_there(office, desk, world):
    other = Office(world.zone(), world)
    maker = desk()
    assert maker.get(f"{BUDGETS}{other.budget_id}").status_code == 404
    sent = {"kind": "appropriate", "amount": "5", "ground": "会议决定", "csrf_token": csrf_token(maker)}
    assert maker.post(f"{BUDGETS}{other.budget_id}", data=sent).status_code == 404


def test_the_ledger_is_read_page_by_page(office, desk, monkeypatch):
    for module in (ledger_pages, ledger_queries):
        monkeypatch.setattr(module, "PAGE", 2)
    with office.staff():
        for amount in range(1, 5):
            take(office, proposed(office, amount=amount), APPROVE)
        db.session.commit()
    client, address, seen = desk("approver"), "/console/benefits/ledger/", []
    while address:
        page = client.get(address).text
        seen.append(page.count("拨入预算</td>"))
        address = (
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert seen == [2, 2, 1]


@pytest.mark.parametrize(
    ("field", "wrong"), [("value", "10000.01"), ("value", "100000000"), ("year", "1"), ("year", "2100")]
)
def test_no_budget_is_of_a_year_or_a_worth_that_is_none(office, desk, field, wrong):
    maker = desk()
    with office.staff():
        catalogue_id = db.session.scalars(select(BeanBudget.catalogue_id)).one()
    sent = {"title": "2027年春节", "union_id": str(office.zone.union_id), "catalogue_id": str(catalogue_id), "year": "2027", "value": "1"}  # fmt: skip
    answer = maker.post(BUDGETS + "new", data=sent | {field: wrong, "csrf_token": csrf_token(maker)})
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
