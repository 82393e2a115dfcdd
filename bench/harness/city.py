"""A city for the benches: its own PostgreSQL and Valkey in a temporary directory, zones with a full home page, members."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from flask import Flask

from app.core.config import Settings, load_settings
from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.factory import create_app
from app.modules.news.categories import create_category
from app.modules.news.operations import Content, publish_article, write_article
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.revisions import BlockChoice
from tests.fixtures.world import Person, World

BASE_DOMAIN = "bench.test"
EDITOR = Actor(name="bench", permissions=frozenset({"news.write", "news.publish"}))
SLIDES = [{"title": f"工惠活动第{n}期", "href": "/services", "file": str(UUID(int=n))} for n in range(1, 5)]
PASSAGE = "".join(
    f"<h3>第{n}项 服务职工实事</h3><p>工会会员可凭实名信息办理困难帮扶、医疗互助、法律援助、技能培训等事项，"
    f"办理进度在“我的”里随时查看。咨询请到就近的工会驿站，或者拨打职工服务热线。</p>"
    for n in range(1, 41)
)


@dataclass(frozen=True)
class BenchCity:
    """The running city: `world` makes more of it."""

    settings: Settings
    app: Flask
    world: World

    def analyse(self) -> None:
        """As PostgreSQL does by itself within seconds: plans made for empty tables are bad for full ones."""
        with self.owner() as connection:
            connection.execute("ANALYZE")

    def owner(self) -> psycopg.Connection:
        """A connection of who may set the server."""
        address = self.settings.database_owner_url.replace("postgresql+psycopg", "postgresql")
        return psycopg.connect(address, autocommit=True)


@contextmanager
def bench_city() -> Iterator[BenchCity]:
    """A migrated city; servers and files are gone afterwards."""
    var = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
    settings = load_settings({**kept, "HALL_VAR": str(var), "HALL_BASE_DOMAIN": BASE_DOMAIN})
    servers = EmbeddedServers(var)
    try:
        addresses = servers.start()
        settings = settings.with_servers(
            database_url=addresses.database_url,
            database_owner_url=addresses.database_owner_url,
            redis_url=addresses.redis_url,
        )
        app = create_app(settings)
        upgrade(settings.database_owner_url, app.extensions["migration_folders"])
        world = World(app)
        world.found_city()
        yield BenchCity(settings, app, world)
        with app.app_context():
            db.engine.dispose()
    finally:
        servers.stop()
        shutil.rmtree(var, ignore_errors=True)


BLOCKS = (
    ("banner", {"slides": SLIDES}), ("quick_entries", {}), ("news.notices", {}), ("news.articles", {}), ("help.entry", {}),
    ("rich_text", {"text": PASSAGE}),
)  # fmt: skip


def furnished_zone(world: World, slug: str) -> ZoneFacts:
    """A zone with a home page as counties have them: pictures, entries, notices, articles, help, and a text of their own."""
    blocks = [BlockChoice(f"b{place}", kind, "", settings) for place, (kind, settings) in enumerate(BLOCKS)]
    zone = world.zone(slug, theme="harbor", blocks=tuple(blocks))
    with scope(Plane.STAFF, zone=zone):
        kinds = {
            notice: create_category(EDITOR, "通知" if notice else "新闻", is_notice=notice) for notice in (True, False)
        }
        for number in range(24):
            content = Content(
                f"第{number}期：工会开展送清凉慰问活动",
                "走进一线，关心关爱户外劳动者。",
                PASSAGE,
                kinds[number % 3 == 0],
            )
            publish_article(EDITOR, write_article(EDITOR, content))
        db.session.commit()
    return zone


def session_cookies(world: World, zone: ZoneFacts, how_many: int) -> list[str]:
    """The Cookie headers of members signed in to a zone."""
    return [session_cookie(world, zone, world.member(zone)) for _ in range(how_many)]


def session_cookie(world: World, zone: ZoneFacts, person: Person) -> str:
    """The Cookie header of somebody signed in to a zone."""
    found = world.client(zone, person).get_cookie("hall", domain=zone.host.partition(":")[0])
    if found is None:
        raise LookupError("no session cookie")
    return f"hall={found.value}"
