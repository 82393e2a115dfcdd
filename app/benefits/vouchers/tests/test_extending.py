"""Vouchers run longer when two people say so, and are void when somebody says why; their members read it."""

from datetime import timedelta

import pytest
import time_machine

from app.benefits import proposals
from app.benefits.rules.errors import OwnProposal
from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import extending, voiding
from app.benefits.vouchers.batch_errors import ExtensionWaiting, NotLater
from app.benefits.vouchers.errors import ReasonMissing, VoucherMovedOn
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.models import VoucherExtension
from app.benefits.vouchers.states import LOCK
from app.benefits.vouchers.steps import take
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.notifications.models import Message
from tenants.context import SYSTEM
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

DESK = "/console/benefits/vouchers"


def later(days: int = 60):
    return today_in_china() + timedelta(days=days)


def proposed(market, batch_id, voucher_id=None, days: int = 60):
    extension_id = uuid7()
    with market.staff():
        extending.propose(
            market.maker, extension_id, batch_id=batch_id, voucher_id=voucher_id, until=later(days), ground="门店停业"
        )
        db.session.commit()
    return extension_id


def decided(market, extension_id, step=proposals.APPROVE, *, by=None):
    with market.staff():
        found = db.session.get_one(VoucherExtension, (market.zone.id, extension_id))
        extending.take_step(by or market.checker, extension_id, step, seen=found.mark, reason="同意")
        db.session.commit()
    with market.work():
        extending.extend_part(SYSTEM, extension_id, None)
        db.session.commit()
    with market.staff():
        return db.session.get_one(VoucherExtension, (market.zone.id, extension_id))


def messages(market, kind: str) -> list:
    with market.work():
        return list(db.session.scalars(db.select(Message).where(Message.kind == kind)))


def all_expired(market):
    with market.work():
        expire(SYSTEM)
        db.session.commit()


def test_a_batch_runs_longer_when_another_person_approves(market):
    batch_id = market.approved()
    first, second, _third = (each.voucher_id for each in market.give(batch_id))
    market.redeem(first)
    extension_id = proposed(market, batch_id)
    assert market.voucher(second).last_day < later()
    done = decided(market, extension_id)
    assert (done.extended, done.left_out) == (2, 0)
    assert done.done_at
    assert market.voucher(second).last_day == later()
    assert market.voucher(first).last_day < later()
    told = messages(market, "benefits.vouchers_extended")
    assert {each.member_id for each in told} == set(market.members[1:])
    assert {each.params["reason"] for each in told} == {"门店停业"}
    run_due_events()
    assert market.voucher(second).version == 2


def test_nobody_approves_their_own_and_one_waits_at_a_time(market):
    batch_id = market.approved()
    market.give(batch_id)
    extension_id = proposed(market, batch_id)
    with pytest.raises(OwnProposal):
        decided(market, extension_id, by=market.maker)
    with pytest.raises(ExtensionWaiting):
        proposed(market, batch_id)
    decided(market, extension_id, proposals.REFUSE)
    proposed(market, batch_id)


def test_one_voucher_runs_longer_alone(market):
    batch_id = market.approved()
    first, second, _third = (each.voucher_id for each in market.give(batch_id))
    decided(market, proposed(market, batch_id, first))
    assert market.voucher(first).last_day == later()
    assert market.voucher(second).last_day < later()


def test_a_day_that_lengthens_nothing_is_refused(market):
    batch_id = market.approved()
    market.give(batch_id)
    for days in (37, -1):
        with pytest.raises(NotLater):
            proposed(market, batch_id, days=days)
    with pytest.raises(NotLater):
        proposed(market, market.approved())


def test_what_expired_runs_on_where_stock_and_rules_have_room(market):
    batch_id = market.approved(stock=2)
    market.give(batch_id, *market.members[:2])
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        all_expired(market)
        assert market.batch(batch_id).taken == 0
        rule_in_force(market.zone.union_path, 20000, category="birthday", period="once")
        other = market.approved()
        market.give(other, market.members[0])
        done = decided(market, proposed(market, batch_id))
    assert (done.extended, done.left_out) == (1, 1)
    assert market.batch(batch_id).taken == 1


def test_no_more_run_on_than_the_stock_has_pieces(market):
    batch_id = market.approved(stock=2, expires_on=today_in_china())
    market.give(batch_id, *market.members[:2])
    with time_machine.travel(now() + timedelta(days=8), tick=False):
        all_expired(market)
        extension_id = proposed(market, batch_id)
        with market.staff():
            batch = market.batch(batch_id)
            batch.stock, batch.version = 1, batch.version + 1
            db.session.add(batch)
            db.session.commit()
        done = decided(market, extension_id)
    assert (done.extended, done.left_out) == (1, 1)


def test_a_void_voucher_is_back_in_the_stock_and_its_member_reads_why(market):
    batch_id = market.approved()
    voucher_id = market.give(batch_id, market.members[0])[0].voucher_id
    with market.staff(), pytest.raises(ReasonMissing):
        voiding.make_void(market.maker, voucher_id, reason="")
    with market.staff():
        voiding.make_void(market.maker, voucher_id, reason="名单有误")
        db.session.commit()
    assert market.batch(batch_id).taken == 0
    assert [each.params["reason"] for each in messages(market, "benefits.voucher_void")] == ["名单有误"]
    with market.staff(), pytest.raises(VoucherMovedOn):
        voiding.make_void(market.maker, voucher_id, reason="再次作废")


def test_the_desk_s_pages_void_and_extend(market, world):
    batch_id = market.approved()
    voucher_id = market.give(batch_id, market.members[0])[0].voucher_id
    maker, checker = (world.client(market.zone, world.staff(market.zone)) for _ in range(2))
    assert f"{DESK}/pieces/{voucher_id}" in maker.get(f"{DESK}/{batch_id}/pieces").text
    send = lambda client, path, **form: client.post(path, data={"csrf_token": csrf_token(client), **form})  # noqa: E731
    page = send(maker, f"{DESK}/{batch_id}/extensions", until="昨天", ground="门店停业")
    assert page.status_code == 422
    assert "门店停业" in page.text
    runs = market.voucher(voucher_id).last_day
    assert f'min="{runs + timedelta(days=1)}"' in page.text
    assert f"目前有效期至 {runs}" in page.text
    assert send(maker, f"{DESK}/{batch_id}/extensions", until=later(), ground="门店停业").status_code == 303
    with market.staff():
        (waiting,) = extending.list_extensions(batch_id)
    own = send(maker, f"{DESK}/extensions/{waiting.id}/approve", _seen=waiting.mark)
    assert own.status_code == 403
    assert send(checker, f"{DESK}/extensions/{waiting.id}/approve", _seen=waiting.mark).status_code == 303
    run_due_events()
    assert market.voucher(voucher_id).last_day == later()
    assert send(maker, f"{DESK}/pieces/{voucher_id}/void", reason="").status_code == 422
    assert send(maker, f"{DESK}/pieces/{voucher_id}/void", reason="名单有误").status_code == 303
    over = maker.get(f"{DESK}/{batch_id}/extensions").text
    assert "没有未使用的券" in over
    assert 'name="until"' not in over
    assert "名单有误" in checker.get(f"{DESK}/pieces/{voucher_id}").text
    stranger = world.client(market.zone, world.staff(market.zone, "caseworker"))
    assert stranger.get(f"{DESK}/pieces/{voucher_id}").status_code == 404
    approver = world.client(market.zone, world.staff(market.zone, "approver"))
    assert send(approver, f"{DESK}/pieces/{voucher_id}/void", reason="名单有误").status_code == 404


def test_what_is_kept_at_a_shop_stays_as_it_is(market):
    batch_id = market.approved(kind="cake")
    voucher_id = market.give(batch_id, market.members[0])[0].voucher_id
    market.give(batch_id, market.members[1])
    with market.staff():
        assert take(market.maker, voucher_id, LOCK, shop_id=market.shops[0], pick_up_on=later(3))
        db.session.commit()
    done = decided(market, proposed(market, batch_id))
    assert done.extended == 1
    assert market.voucher(voucher_id).last_day < later()
