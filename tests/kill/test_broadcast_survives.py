"""A broadcast, and everything that carries it killed on the way: nobody is left out, nobody is told twice."""

import time
from uuid import UUID

import pytest

from app.members.audience import Audience
from app.notifications import broadcasting
from app.notifications.kinds import INBOX, SMS
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
MEMBERS, WITHOUT_PHONE, NEIGHBOURS = 3_000, 25, 40
WORKERS = ("worker-1", "worker-2")


def _send_broadcast(house: House, zone: ZoneFacts) -> UUID:
    broadcast_id, actor = uuid7(), Actor(account_id=uuid7(), name="test")
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=actor):
        broadcasting.compose(
            actor, broadcast_id, title="停水通知", body="明天八点停水。", channels=[INBOX, SMS], audience=Audience()
        )
        broadcasting.send(actor, broadcast_id)
        db.session.commit()
    return broadcast_id


def _is_sent(house: House, broadcast_id: UUID) -> bool:
    return house.scalar("SELECT state FROM notifications_broadcasts WHERE id = %s", broadcast_id) == "sent"


def _kill_and_restart(house: House, name: str, role: str) -> None:
    house.kill(name)
    house.start(name, role)


def _break_everything(house: House, is_over) -> None:
    """One death after the other until the broadcast is over; each at least once."""
    assert house.servers.valkey
    assert house.servers.postgres

    def restart(server) -> None:
        server.kill()
        server.start()

    deaths = [
        lambda: _kill_and_restart(house, "worker-1", "worker"),
        house.flush_redis,
        lambda: _kill_and_restart(house, "worker-2", "worker"),
        lambda: restart(house.servers.valkey),
        lambda: _kill_and_restart(house, "relay", "relay"),
        lambda: restart(house.servers.postgres),
    ]
    for death in deaths:
        assert not is_over(), "the broadcast was over before everything had died once"
        death()
        time.sleep(1.2)
    house.ask_sandbox("/admin/faults", method="DELETE")
    wait_until(is_over, "the broadcast is over when nobody disturbs it any more")


def test_every_member_has_one_message_and_every_sms_goes_out_once_whatever_is_killed(house: House) -> None:
    with house.app.app_context():
        zone, neighbour = house.world.zone("struck"), house.world.zone("spared")
    house.people(zone, MEMBERS, WITHOUT_PHONE)
    house.people(neighbour, NEIGHBOURS)
    house.ask_sandbox("/admin/faults", {"kind": "reset", "count": 2})
    house.ask_sandbox("/admin/faults", {"kind": "slow", "count": 500, "seconds": 1.5})
    before = house.sent_ids()
    house.ensure("relay", "relay")
    for name in WORKERS:
        house.ensure(name, "worker")
    broadcast_id = _send_broadcast(house, zone)
    wait_until(lambda: house.ask_sandbox("/stats").get("sms_calls", 0) > 1, "sending has begun")

    _break_everything(house, lambda: _is_sent(house, broadcast_id))

    assert house.scalar("SELECT count(*) FROM notifications_messages WHERE zone_id = %s", zone.id) == MEMBERS
    assert (
        house.scalar("SELECT count(DISTINCT member_id) FROM notifications_messages WHERE zone_id = %s", zone.id)
        == MEMBERS
    )
    assert house.scalar("SELECT count(*) FROM notifications_messages WHERE zone_id = %s", neighbour.id) == 0
    sent = house.sent_ids() - before
    assert set(sent.values()) == {1}
    assert len(sent) == MEMBERS - WITHOUT_PHONE
    known = house.scalar("SELECT count(*) FROM notifications_deliveries WHERE id = ANY(%s) AND state = 'accepted'",
                         [UUID(each) for each in sent])  # fmt: skip
    assert known == len(sent)
    assert house.scalar("SELECT accepted FROM notifications_broadcasts WHERE id = %s", broadcast_id) == len(sent)
    assert house.ask_sandbox("/stats")["sms_repeated"] > 0, "nothing was ever repeated: the test proved nothing"


def test_without_lasting_ids_a_repetition_reaches_people_twice(house: House) -> None:
    """The negative control: it is the ids that keep a repeated chunk from being sent again."""
    with house.app.app_context():
        zone = house.world.zone("control")
    house.people(zone, 300)
    before = house.sent_ids()
    house.ensure("relay", "relay")
    house.ask_sandbox("/admin/faults", {"kind": "reset", "count": 1})
    for name in WORKERS:
        house.ensure(name, "worker", "forget-ids")
    broadcast_id = _send_broadcast(house, zone)
    wait_until(lambda: _is_sent(house, broadcast_id), "the broadcast is over")
    assert len(house.sent_ids() - before) > 300
