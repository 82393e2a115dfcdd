"""Whom a rule keeps from a voucher that is given in the background is listed, and can be taken away as a workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import granting
from app.benefits.vouchers.batch_errors import BatchOver, NobodyMeant, OrderedBefore
from app.benefits.vouchers.models import VoucherRefusal
from app.core.clock import now
from app.core.jobs.inline import run_due_events
from app.core.sheets import read_sheet
from app.members.audience import Audience
from app.members.audience.freezing import keep_upload
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


def test_one_form_orders_one_thing_and_says_so_when_it_is_sent_for_another(market):
    batch_id, other, list_id = market.approved(stock=9), market.approved(stock=9), uuid7()
    with market.staff():
        for _twice in range(2):
            assert granting.order(market.maker, list_id, batch_id, Audience()) == len(market.members)
        for asked, audience in ((batch_id, Audience(is_verified=True)), (other, Audience())):
            with pytest.raises(OrderedBefore):
                granting.order(market.maker, list_id, asked, audience)
        kept = keep_upload(market.maker, uuid7(), "劳模名单", market.members, [])
        with pytest.raises(OrderedBefore):
            granting.order(market.maker, kept.id, batch_id, Audience())


def test_nothing_is_ordered_for_nobody_nor_of_what_is_over(market):
    batch_id = market.approved()
    with market.staff(), pytest.raises(NobodyMeant):
        granting.order(market.maker, uuid7(), batch_id, Audience(tags=("劳模",)))
    with market.staff(), time_machine.travel(now() + timedelta(days=31)), pytest.raises(BatchOver):
        granting.order(market.maker, uuid7(), batch_id, Audience())
