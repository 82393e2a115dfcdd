"""The city's desk, the command line, what the audit trail holds, and work that meets other work half-way."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.errors import DomainError
from tenants.context import Plane, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner
from tests.fixtures.world import Browser, World

CITY = "city.hall.test"


@pytest.fixture
def desk(world: World) -> Browser:
    """A city administrator's browser."""
    return world.client(CITY, world.city_admin())


@pytest.fixture
def zones(world: World) -> Callable[..., Any]:
    """`flask zones …`."""
    runner = world.app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["zones", *arguments])


def deeds(zone_id: object) -> list[AuditEntry]:
    """What the audit trail holds about a zone, oldest first."""
    with scope(Plane.CITY, reason="test"):
        query = select(AuditEntry).where(AuditEntry.zone_id == zone_id).order_by(AuditEntry.id)
        found = list(db.session.scalars(query))
        db.session.commit()
    return found


def actions(zone_id: object) -> list[str]:
    """The city's deeds among them."""
    return [entry.action for entry in deeds(zone_id) if entry.action.startswith("zones.")]


@pytest.fixture
def overtaken(app: Flask, settings: Any) -> Callable[[Callable[[], Any], Callable[[], Any]], list[Any]]:
    """Two writers at once: the second begins while the first has not committed, and has to wait for it.

    Returns what the second gave: its value, or the refusal it ended with. Fails when it did not have to wait.
    """

    def run(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
        given: list[Any] = []
        late = threading.Thread(target=lambda: given.append(_outcome(app, second)))
        with scope(Plane.CITY, reason="test"):
            first()
            db.session.flush()
            late.start()
            try:
                _wait_for_waiter(settings.database_owner_url)
            finally:
                db.session.commit()
                late.join(20)
        return given

    return run


def _outcome(app: Flask, work: Callable[[], Any]) -> Any:
    with app.app_context(), scope(Plane.CITY, reason="test"):
        try:
            value = work()
            db.session.commit()
        except DomainError as refusal:
            return refusal
        return value


def _wait_for_waiter(owner_url: str) -> None:
    deadline = time.monotonic() + 10
    with connect_as_owner(owner_url) as owner:
        while time.monotonic() < deadline:
            waiting = owner.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            owner.rollback()
            if waiting and waiting[0]:
                return
    raise AssertionError("nobody waited")


@dataclass
class NameServer:
    """A name server of our own: what it publishes, and how many transactions were open whenever it was asked."""

    owner_url: str
    texts: dict[str, str] = field(default_factory=dict)
    open_transactions: list[int] = field(default_factory=list)

    def answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        reply, name = dns.message.make_response(query), query.question[0].name
        reply.flags |= dns.flags.RA
        with connect_as_owner(self.owner_url) as owner:
            found = owner.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()"
            ).fetchone()
            self.open_transactions.append(found[0] if found else 0)
        text = self.texts.get(name.to_text(omit_final_dot=True))
        if text is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
        return reply.to_wire()


@pytest.fixture
def name_server(settings: Any) -> Iterator[NameServer]:
    """Answers instead of the machine's resolvers while the test runs."""
    server, listener = NameServer(settings.database_owner_url), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            data, asker = listener.recvfrom(4096)
            if not data:
                return
            listener.sendto(server.answer(data), asker)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], listener.getsockname()[1]
    before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
    yield server
    dns.resolver.default_resolver = before
    listener.sendto(b"", listener.getsockname())
    thread.join(5)
    listener.close()


@pytest.fixture
def city_without_a_zone(world: World, settings: Any) -> Iterator[None]:
    """Nothing is published above the counties: a zone that another test gave the city is put aside."""
    with connect_as_owner(settings.database_owner_url) as owner:
        kept = owner.execute(
            "SELECT id, published_revision_id FROM zones WHERE union_id = %s", [world.root.id]
        ).fetchall()
        owner.execute("UPDATE zones SET published_revision_id = NULL WHERE union_id = %s", [world.root.id])
    yield
    with connect_as_owner(settings.database_owner_url) as owner:
        for zone_id, revision_id in kept:
            owner.execute("UPDATE zones SET published_revision_id = %s WHERE id = %s", [revision_id, zone_id])
