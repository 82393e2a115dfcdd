"""How soon a publish is seen: by two web processes of their own, while both are under load of other pages."""

import time
from contextlib import ExitStack

from app.core.clock import now
from bench.harness.city import BenchCity, furnished_zone
from bench.harness.http import get
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from bench.harness.servers import served_hall
from tenants.changes import announce
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tenants.registry import ZONE_CHANGED


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = furnished_zone(city.world, "publishing")
    values = []
    with ExitStack() as servers:
        ports = [servers.enter_context(served_hall(city.settings.as_environ())) for _ in range(2)]
        for port in ports:
            get(port, zone.host)
        for number in range(options.rounds * 2):
            with city.app.app_context():
                _publish(zone, f"口号第{number}")
            values.append(_seconds_until_all(ports, zone.host, f"口号第{number}"))
    return [Result("publish seen by two processes", "s", values, AT_MOST, 1.0, "from the commit, asking every 10 ms")]


def _publish(zone: ZoneFacts, slogan: str) -> None:
    with scope(Plane.STAFF, zone=zone):
        row = db.session.query(ZoneRevision).filter_by(status="published").one()
        row.status = "superseded"
        db.session.flush()
        revision = ZoneRevision(id=uuid7(), number=row.number + 1, status="published", published_at=now(),
                                document={**row.document, "slogan": slogan})  # fmt: skip
        db.session.add(revision)
        db.session.flush()
        db.session.execute(db.update(Zone).where(Zone.id == zone.id).values(published_revision_id=revision.id))
        announce(ZONE_CHANGED, zone.id)
        db.session.commit()


def _seconds_until_all(ports: list[int], host: str, words: str) -> float:
    started = time.perf_counter()
    for port in ports:
        while words not in get(port, host):
            if time.perf_counter() - started > 10:
                raise TimeoutError(f"{words!r} was not seen in 10 s")
            time.sleep(0.01)
    return time.perf_counter() - started
