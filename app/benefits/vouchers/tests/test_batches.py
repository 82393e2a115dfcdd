"""A batch is made by one and checked by another before anything of it is given."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.benefits.rules.errors import GoodsForbidden
from app.benefits.vouchers import batches, codes
from app.benefits.vouchers.batch_errors import (
    BatchMovedOn,
    BatchOver,
    CodesTaken,
    DaysReversed,
    NoShops,
    NoStock,
    NoThreshold,
    NotTheMaker,
    OwnBatch,
)
from app.benefits.vouchers.batch_states import APPROVE, CLOSE, REFUSE, RETURN, STEPS, SUBMIT, WITHDRAW, BatchState
from app.benefits.vouchers.errors import ReasonMissing
from app.benefits.vouchers.models import VoucherBatch
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.seen import ChangedMeanwhile
from tenants.database import db
from tenants.ids import uuid7

WAYS = {
    BatchState.DRAFT: (),
    BatchState.SUBMITTED: (SUBMIT,),
    BatchState.APPROVED: (SUBMIT, APPROVE),
    BatchState.REFUSED: (SUBMIT, REFUSE),
    BatchState.WITHDRAWN: (WITHDRAW,),
    BatchState.CLOSED: (SUBMIT, APPROVE, CLOSE),
}


@pytest.mark.parametrize("state", BatchState)
def test_only_the_steps_there_are_are_taken(market, state):
    for step in STEPS:
        batch_id = market.drafted()
        for earlier in WAYS[state]:
            market.take(batch_id, earlier)
        if state in step.sources:
            assert market.take(batch_id, step).state == step.target
        else:
            with pytest.raises(BatchMovedOn):
                market.take(batch_id, step)


def test_nobody_checks_their_own_batch_and_nobody_else_submits_it(market):
    batch_id = market.drafted()
    with pytest.raises(NotTheMaker):
        market.take(batch_id, SUBMIT, by=market.checker)
    market.take(batch_id, SUBMIT)
    for step in (APPROVE, REFUSE, RETURN):
        with pytest.raises(OwnBatch):
            market.take(batch_id, step, by=market.maker)
    with market.staff(), pytest.raises(IntegrityError, match="voucher_batches_two_people"):
        db.session.execute(update(VoucherBatch).values(checked_by=market.maker.account_id))


def test_a_step_upon_another_state_than_was_seen_or_without_its_reason_is_refused(market):
    batch_id = market.drafted()
    market.take(batch_id, SUBMIT)
    with market.staff():
        with pytest.raises(ChangedMeanwhile):
            batches.take_step(market.checker, batch_id, APPROVE, seen="draft.1")
        with pytest.raises(ReasonMissing):
            batches.take_step(market.checker, batch_id, REFUSE, seen="submitted.2")


def test_a_batch_needs_pieces_and_shops_and_days_in_their_order(market):
    for facts, refusal in (({"stock": 0}, NoStock), ({"shops": ()}, NoShops)):
        with pytest.raises(refusal):
            market.take(market.drafted(**facts), SUBMIT)
    with pytest.raises(NoStock):
        market.take(market.drafted(kind="ticket_code"), SUBMIT)
    with pytest.raises(DaysReversed):
        market.drafted(expires_on=today_in_china() - timedelta(days=1))
    with pytest.raises(NotFound):
        market.drafted(shops=(uuid7(),))


def test_a_threshold_is_of_a_kind_that_asks_for_a_purchase(market):
    for kind in ("goods", "cake", "ticket_code"):
        with pytest.raises(NoThreshold) as refused:
            market.drafted(kind=kind, threshold_cents=100)
        assert refused.value.field == "threshold"
    assert market.batch(market.drafted(kind="amount", threshold_cents=100)).threshold_cents == 100


def test_codes_are_those_of_a_draft_and_its_maker_s(market):
    batch_id = market.drafted(kind="ticket_code", codes=("A1",))
    with market.staff():
        with pytest.raises(NotTheMaker):
            codes.set_codes(market.checker, batch_id, ("B2",), seen=None)
        codes.set_codes(market.maker, batch_id, ("B2", "C3"), seen=None)
        db.session.commit()
    assert market.take(batch_id, SUBMIT).stock == 2
    with market.staff(), pytest.raises(BatchMovedOn):
        codes.set_codes(market.maker, batch_id, ("D4",), seen=None)


def test_a_batch_that_is_over_by_now_is_neither_submitted_nor_approved(market):
    drafted, submitted = market.drafted(), market.drafted()
    market.take(submitted, SUBMIT)
    with time_machine.travel(now() + timedelta(days=31)):
        for batch_id, step in ((drafted, SUBMIT), (submitted, APPROVE)):
            with pytest.raises(BatchOver):
                market.take(batch_id, step)


def test_a_code_stands_in_one_batch_and_what_was_never_given_of_it_in_the_next(market):
    first = market.approved(kind="ticket_code", codes=("A1", "B2"))
    market.give(first, market.members[0])
    other = market.drafted(kind="ticket_code", codes=("C3",))

    def bring(*listed: str) -> int:
        with market.staff():
            taken = codes.find_taken(other, listed)
            if taken:
                with pytest.raises(CodesTaken):
                    codes.set_codes(market.maker, other, listed, seen=None)
                return -len(taken)
            done = codes.set_codes(market.maker, other, listed, seen=None)
            db.session.commit()
            return done.stock

    assert bring("D4", "A1", "B2") == -2
    market.take(first, CLOSE)
    assert bring("A1") == -1
    assert bring("B2", "D4") == 2


@pytest.mark.parametrize("end", [WITHDRAW, REFUSE])
def test_codes_of_a_batch_that_is_never_given_can_stand_in_another(market, end):
    batch_id = market.drafted(kind="ticket_code", codes=("A1",))
    for step in (SUBMIT, end):
        market.take(batch_id, step)
    assert market.take(market.drafted(kind="ticket_code", codes=("A1",)), SUBMIT).stock == 1


def test_a_batch_sent_twice_is_one(market):
    batch_id = market.drafted()
    facts = {"kind": "goods", "category": "birthday", "goods": "cake", "title": "另一个", "terms": "", "value_cents": 1, "threshold_cents": 0, "stock": 1, "per_member": 1,
             "valid_from": today_in_china(), "expires_on": today_in_china(), "grace_days": 0}  # fmt: skip
    with market.staff():
        assert batches.draft_batch(market.maker, batch_id, shops=(), **facts).title == "生日蛋糕"


def test_no_batch_is_of_what_no_union_gives(market):
    with pytest.raises(GoodsForbidden):
        market.drafted(goods="shopping-card")
    for facts in ({"goods": "gold"}, {"category": "whim"}, {"kind": "lottery"}):
        with pytest.raises(NotFound):
            market.drafted(**facts)
