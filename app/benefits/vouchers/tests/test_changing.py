"""A draft is changed by its maker, whole, until it is submitted; what came back with a reason can be mended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.benefits.rules.errors import GoodsForbidden
from app.benefits.vouchers import batches, queries
from app.benefits.vouchers.batch_errors import BatchMovedOn, DaysReversed, NoThreshold, NotTheMaker
from app.benefits.vouchers.batch_states import RETURN, SUBMIT
from app.benefits.vouchers.models import VoucherBatch
from app.benefits.vouchers.tests.test_pages import BATCHES, hidden, send
from app.core.clock import today_in_china
from app.core.seen import ChangedMeanwhile
from tenants.context import Actor
from tenants.database import db


def facts(market, **other: Any) -> dict[str, Any]:
    today = today_in_china()
    return {
        "category": "festival", "goods": "food", "title": "中秋月饼", "terms": "到店领取", "value_cents": 9900, "threshold_cents": 0, "stock": 8,
        "per_member": 2, "valid_from": today, "expires_on": today + timedelta(days=60), "grace_days": 3, "shops": market.shops[1:],
    } | other  # fmt: skip


def change(market, batch_id, *, by: Actor | None = None, seen: str = "", **other: Any) -> None:
    with market.staff():
        mark = seen or db.session.get_one(VoucherBatch, (market.zone.id, batch_id)).mark
        batches.change_draft(by or market.maker, batch_id, seen=mark, **facts(market, **other))
        db.session.commit()


def test_a_draft_says_what_its_maker_changed_it_to(market):
    batch_id = market.drafted()
    change(market, batch_id)
    batch = market.batch(batch_id)
    assert (batch.title, batch.category, batch.goods, batch.earmark, batch.stock) == (
        "中秋月饼",
        "festival",
        "food",
        "",
        8,
    )
    assert (batch.value_cents, batch.per_member, batch.grace_days, batch.kind) == (9900, 2, 3, "goods")
    with market.staff():
        assert [shop.id for shop in queries.list_shops(batch_id)] == market.shops[1:]
    change(market, batch_id, goods="relief-food")
    assert market.batch(batch_id).earmark


def test_what_came_back_can_be_mended_and_what_waits_can_not(market):
    batch_id = market.drafted()
    market.take(batch_id, SUBMIT)
    with pytest.raises(BatchMovedOn):
        change(market, batch_id)
    market.take(batch_id, RETURN)
    change(market, batch_id)
    assert market.batch(batch_id).title == "中秋月饼"


def test_only_the_maker_changes_a_draft_and_only_what_they_saw(market):
    batch_id = market.drafted()
    with pytest.raises(NotTheMaker):
        change(market, batch_id, by=market.checker)
    with pytest.raises(ChangedMeanwhile):
        change(market, batch_id, seen="draft.7")
    assert market.batch(batch_id).title == "生日蛋糕"


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"goods": "cash"}, GoodsForbidden),
        ({"threshold_cents": 100}, NoThreshold),
        ({"valid_from": today_in_china() + timedelta(days=90)}, DaysReversed),
    ],
)
def test_a_draft_is_not_changed_to_what_no_batch_can_be(market, wrong, refusal):
    batch_id = market.drafted()
    with pytest.raises(refusal):
        change(market, batch_id, **wrong)


def test_the_pieces_of_a_list_of_codes_are_those_of_the_list(market):
    batch_id = market.drafted(kind="ticket_code", codes=("A1", "A2"), shops=())
    change(market, batch_id, shops=())
    assert market.batch(batch_id).stock == 2


def test_the_database_keeps_what_a_batch_says_once_it_is_submitted(market):
    batch_id = market.drafted()
    market.take(batch_id, SUBMIT)
    for wrong in (
        {"value_cents": 1},
        {"title": "别的"},
        {"category": "festival"},
        {"per_member": 9},
        {"expires_on": today_in_china() + timedelta(days=90)},
    ):
        with market.staff(), pytest.raises(IntegrityError, match="stands once it is submitted"):
            db.session.execute(update(VoucherBatch).where(VoucherBatch.id == batch_id).values(**wrong))


def test_the_maker_changes_a_draft_by_its_page_and_nobody_else_has_that_page(market, world):
    maker, other = (world.client(market.zone, world.staff(market.zone)) for _ in range(2))
    today = today_in_china()
    form = {"category": "birthday", "goods": "food", "value": "20", "per_member": "1", "grace_days": "7", "valid_from": today,
            "expires_on": today + timedelta(days=30)}  # fmt: skip
    made = send(maker, f"{BATCHES}/new", kind="goods", title="面包券", shops=market.shops, **form)
    assert made.status_code == 303, made.text
    assert f"{made.location}/edit" in maker.get(made.location).text
    assert f"{made.location}/edit" not in other.get(made.location).text
    assert other.get(f"{made.location}/edit").status_code == 404
    page = maker.get(f"{made.location}/edit").text
    assert 'value="面包券"' in page
    assert 'name="kind"' not in page
    assert page.count("checked") == len(market.shops)
    seen = hidden(page, "_seen")
    wrong = send(maker, f"{made.location}/edit", title="面包券", stock="-1", _seen=seen, **form)
    assert wrong.status_code == 422
    assert 'id="error-stock"' in wrong.text
    assert send(other, f"{made.location}/edit", title="改名", stock="9", _seen=seen, **form).status_code == 403
    done = send(
        maker, f"{made.location}/edit", title="面包券（新）", stock="9", shops=market.shops[:1], _seen=seen, **form
    )
    assert (done.status_code, done.location) == (303, made.location)
    late = send(maker, f"{made.location}/edit", title="又改", stock="9", _seen=seen, **form)
    assert late.status_code == 409
    assert "又改" in late.text
    with market.staff():
        batch = db.session.scalars(select(VoucherBatch)).one()
        assert (batch.title, batch.stock) == ("面包券（新）", 9)
    assert send(maker, f"{made.location}/steps/submit_batch", _seen=batch.mark).status_code == 303
    assert maker.get(f"{made.location}/edit").status_code == 404
