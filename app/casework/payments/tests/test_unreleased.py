"""What happens between a batch being made and its release: the accounts of its payments may not be what they were."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.payments.tests.test_orders import appeal, second_decider
from app.casework.payments.tests.test_returned_payments import grant_less, notes
from app.casework.payments.tests.till import PATH, clear
from app.casework.public_notice.models import Listing, Objection
from app.core.clock import today_in_china
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

OTHER = "12345678901234"


@pytest.fixture
def case_id(till) -> UUID:
    """A case whose first payment came back while the second, granted on an appeal, was in a batch that is not released."""
    case_id = till.paid()
    attempt = till.attempt(case_id)
    appeal(till, case_id)
    changed = till.desk.step(second_decider(till), case_id, "change", amount_granted="650", reason="属实")
    assert changed.status_code == 302
    clear(till.desk.zone, case_id)
    till.batch_id = till.batched(case_id)
    first = till.orders(case_id)[0]
    told = {
        "attempt": attempt,
        "returned_on": str(today_in_china()),
        "return_reference": "退票001",
        "return_reason": "账户已销户",
    }
    assert till.post(f"{first.id}/returned", **told).status_code == 302
    assert till.post(f"{first.id}/returned/confirm", till.second, noted=str(notes(till)[0].id)).status_code == 302
    return case_id


def release(till):
    return till.post(f"batches/{till.batch_id}/release", till.second, _seen="made")


@pytest.mark.parametrize("number", ["", OTHER])
def test_a_batch_is_not_released_to_an_account_that_money_came_back_from(till, case_id, number):
    if number:
        assert till.tell(case_id, account_number=number).status_code == 302
    page = till.second.get(f"{PATH}/batches/{till.batch_id}").text
    waiting = till.orders(case_id)[1]
    assert "不能放行" in page
    assert f"另报账户：{waiting.number}" in page
    assert "/release" not in page
    refused = release(till)
    assert refused.status_code == 409
    assert f"另报账户：{waiting.number}" in refused.text
    assert till.batch(till.batch_id).state == "made"


def test_once_dissolved_it_is_paid_to_the_account_that_holds_now(till, case_id):
    dissolved = till.post(f"batches/{till.batch_id}/dissolve", till.second, _seen="made", dissolve_reason="账户已变更")
    assert dissolved.status_code == 302
    assert till.tell(case_id, account_number=OTHER).status_code == 302
    again = till.released(case_id)
    assert [payee.account_number for payee in till.accounts(again)] == [OTHER, OTHER]


def test_the_same_account_told_again_lets_the_batch_be_released(till, case_id):
    assert till.tell(case_id).status_code == 302
    assert "不能放行" not in till.second.get(f"{PATH}/batches/{till.batch_id}").text
    assert release(till).status_code == 302


def object_to(till, world, case_id: UUID) -> None:
    """An objection to the grant waits for its answer."""
    zone = till.desk.zone
    neighbour = world.member(zone)
    with scope(Plane.WORKER, zone=zone):
        listing = db.session.scalars(select(Listing).where(Listing.case_id == case_id)).one()
        db.session.add(
            Objection(id=uuid7(), notice_id=listing.notice_id, listing_id=listing.id, member_id=neighbour.member_id,
                      account_id=neighbour.account_id, name_cipher=b"1", words_cipher=b"1", finding="open")
        )  # fmt: skip
        db.session.commit()


@pytest.mark.parametrize("deed", [grant_less, object_to])
def test_a_batch_is_not_released_for_a_grant_that_does_not_stand(till, world, deed):
    case_id = till.told_and_granted()
    till.batch_id = till.batched(case_id)
    waiting = till.order(case_id)
    deed(till, world, case_id)
    page = till.second.get(f"{PATH}/batches/{till.batch_id}").text
    assert f"决定已撤销）：{waiting.number}" in page
    assert "/release" not in page
    refused = release(till)
    assert refused.status_code == 409
    assert f"决定已撤销）：{waiting.number}" in refused.text
    assert till.batch(till.batch_id).state == "made"
