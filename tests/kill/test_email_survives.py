"""A broadcast by e-mail whose worker is killed while the provider has the mails: each leaves once, under the id it had."""

from uuid import UUID

import pytest

from app.members.audience import Audience
from app.notifications import broadcasting
from app.notifications.kinds import EMAIL
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
MEMBERS, WITHOUT_ADDRESS = 600, 40


def _people_with_addresses(house: House, zone: ZoneFacts) -> None:
    people = house.people(zone, MEMBERS)
    with house.owner() as connection:
        connection.execute(
            "UPDATE members SET email = 'm' || id || '@example.org' WHERE id = ANY (%s)", [people[WITHOUT_ADDRESS:]]
        )


def _send_broadcast(house: House, zone: ZoneFacts) -> UUID:
    broadcast_id, actor = uuid7(), Actor(account_id=uuid7(), name="test")
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=actor):
        broadcasting.compose(
            actor, broadcast_id, title="停水通知", body="明天八点停水。", channels=[EMAIL], audience=Audience()
        )
        broadcasting.send(actor, broadcast_id)
        db.session.commit()
    return broadcast_id


def test_every_mail_leaves_once_though_the_worker_dies_with_the_call_under_way(house: House) -> None:
    with house.app.app_context():
        zone = house.world.zone("mailed")
    _people_with_addresses(house, zone)
    before = house.sent_ids()
    calls = house.ask_sandbox("/stats").get("email_calls", 0)
    house.ask_sandbox("/admin/faults", {"kind": "reset", "count": 1})
    house.ask_sandbox("/admin/faults", {"kind": "slow", "count": 500, "seconds": 1.5})
    house.ensure("relay", "relay")
    house.ensure("worker-1", "worker")
    broadcast_id = _send_broadcast(house, zone)

    for death in range(2, 5):
        wait_until(
            lambda least=calls + death: house.ask_sandbox("/stats").get("email_calls", 0) >= least,
            "a call is under way",
        )
        house.kill("worker-1")
        house.start("worker-1", "worker")
    house.ask_sandbox("/admin/faults", method="DELETE")

    def is_sent() -> bool:
        return house.scalar("SELECT state FROM notifications_broadcasts WHERE id = %s", broadcast_id) == "sent"

    wait_until(is_sent, "the broadcast is over")
    sent = house.sent_ids() - before
    assert (len(sent), set(sent.values())) == (MEMBERS - WITHOUT_ADDRESS, {1})
    assert (
        house.scalar("SELECT unreachable FROM notifications_broadcasts WHERE id = %s", broadcast_id) == WITHOUT_ADDRESS
    )
    assert house.scalar("SELECT accepted FROM notifications_broadcasts WHERE id = %s", broadcast_id) == len(sent)
    assert house.ask_sandbox("/stats")["email_repeated"] > 0, "nothing was ever repeated: the test proved nothing"
