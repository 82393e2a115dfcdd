"""Whom a rule keeps from a voucher that is given in the background is listed, and can be taken away as a workbook."""

from io import BytesIO

from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import granting
from app.benefits.vouchers.models import VoucherRefusal
from app.core.jobs.inline import run_due_events
from app.core.sheets import read_sheet
from app.members.audience import Audience
from app.members.audience.models import AudienceListEnd
from tenants.context import SYSTEM
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

DESK = "/console/benefits/vouchers"


def test_whom_a_rule_refuses_is_listed_and_exported(market, world):
    person = world.member(market.zone, "李小红")
    batch_id, list_id = market.approved(stock=9), uuid7()
    with market.staff():
        granting.order(market.maker, list_id, batch_id, Audience())
        db.session.commit()
    market.give(market.approved(), person.member_id)
    rule_in_force(market.zone.union_path, 20000, category="birthday", period="once")
    run_due_events()
    with market.work():
        granting.give_part(SYSTEM, batch_id, list_id, None)
        db.session.commit()
        found = [(each.member_id, each.rule_id is not None) for each in db.session.scalars(db.select(VoucherRefusal))]
    assert found == [(person.member_id, True)]
    desk = world.client(market.zone, world.staff(market.zone))
    assert f"{DESK}/{batch_id}/refusals" in desk.get(f"{DESK}/{batch_id}").text
    page = desk.get(f"{DESK}/{batch_id}/refusals").text
    assert "李*红" in page
    assert "李小红" not in page
    with desk.post(f"{DESK}/{batch_id}/refusals", data={"csrf_token": csrf_token(desk)}) as answer:
        sheet = read_sheet(BytesIO(answer.data), "a.xlsx")
    assert [str(row[0]) for _line, row in sheet.rows] == ["李小红"]
    viewer = world.client(market.zone, world.staff(market.zone, "approver"))
    assert viewer.post(f"{DESK}/{batch_id}/refusals", data={"csrf_token": csrf_token(viewer)}).status_code == 404
    other = world.zone()
    assert world.client(other, world.staff(other)).get(f"{DESK}/{batch_id}/refusals").status_code == 404


def test_the_list_is_let_go_once_everybody_on_it_was_given_theirs(market):
    batch_id, list_id = market.approved(), uuid7()
    with market.staff():
        granting.order(market.maker, list_id, batch_id, Audience())
        db.session.commit()
        assert db.session.scalars(db.select(AudienceListEnd)).all() == []
    run_due_events()
    with market.staff():
        assert db.session.scalars(db.select(AudienceListEnd.list_id)).all() == [list_id]
