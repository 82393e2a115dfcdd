"""`docs/new-module.md` says how to add a module; here its files are dropped in and used."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.core.theming import themes
from app.factory import create_app
from tenants.database import db
from tests.contracts import module_contract as contract
from tests.contracts.test_every_word import untranslated
from tests.fixtures.forms import fill
from tests.fixtures.world import World

GUIDE = Path(__file__).parents[2] / "docs" / "new-module.md"
FILE = re.compile(r"```\w+\n(?:# |\{# )(suggestions/\S+?)(?: #\})?\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def city_with_suggestions(settings) -> Iterator[World]:
    """An installation of its own whose module folder holds what the guide says, and nothing else new."""
    folder = Path(tempfile.mkdtemp(prefix="hall-module-"))
    for name, text in FILE.findall(GUIDE.read_text()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    servers = EmbeddedServers(folder / "var", fast=True)
    try:
        addresses = servers.start()
        own = settings.with_servers(
            database_url=addresses.database_url,
            database_owner_url=addresses.database_owner_url,
            redis_url=addresses.redis_url,
        )
        app = create_app(own, module_folders=[folder])
        upgrade(own.database_owner_url, app.extensions["migration_folders"])
        world = World(app)
        world.found_city()
        with app.app_context():
            yield world
            db.engine.dispose()
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
        _forget_module(str(folder))


def _forget_module(folder: str) -> None:
    """Leave nothing of the dropped module to the tests that follow in this process."""
    import app.modules

    app.modules.__path__[:] = [path for path in app.modules.__path__ if path != folder]
    if "suggestions_letters" in db.metadata.tables:
        db.metadata.remove(db.metadata.tables["suggestions_letters"])
    for name in [name for name in sys.modules if name.startswith("app.modules.suggestions")]:
        del sys.modules[name]


def test_the_folder_of_the_guide_is_a_working_module(city_with_suggestions):
    world = city_with_suggestions
    zone = world.zone(modules=("suggestions",))
    member, staff = world.client(zone, world.member(zone)), world.client(zone, world.staff(zone))

    assert "意见箱" in world.client(zone).get("/services").text
    assert fill(member, "/suggestions/", body="食堂能晚点关门吗").location == "/suggestions/?sent=1"
    assert fill(member, "/suggestions/", body="短").status_code == 422
    assert "食堂能晚点关门吗" in staff.get("/console/suggestions/").text
    assert "意见箱" in staff.get("/console/").text
    assert "suggestions.invite" in staff.get("/console/blocks").text


def test_the_module_is_isolated_and_obeys_its_switch_without_a_line_of_its_own(city_with_suggestions):
    world = city_with_suggestions
    here, there, without = (
        world.zone(modules=("suggestions",)),
        world.zone(modules=("suggestions",)),
        world.zone(modules=()),
    )
    fill(world.client(here, world.member(here)), "/suggestions/", body="只在本专区可见")
    assert "只在本专区可见" not in world.client(there, world.staff(there)).get("/console/suggestions/").text
    assert world.client(there, world.staff(here)).get("/console/suggestions/").status_code == 404
    assert world.client(without, world.member(without)).get("/suggestions/").status_code == 404


def test_every_contract_holds_for_it(city_with_suggestions):
    """What the guide promises of `tests/contracts`: pages, switch, words, the member's copy."""
    world = city_with_suggestions
    (module,) = [each for each in contract.modules(world) if each.slug == "suggestions"]
    assert contract.open_though_off(world, module) == []
    assert [found for theme in themes() for found in contract.broken_pages(world, module, theme)] == []
    assert contract.missing_providers(module) == []
    assert contract.uncopied_tables(module, {"suggestions_letters": ["member_id"]}) == []
    assert untranslated(module.folder) == {}


def test_a_member_s_copy_holds_what_the_module_keeps_of_them(city_with_suggestions):
    world = city_with_suggestions
    zone = world.zone(modules=("suggestions",))
    member = world.client(zone, world.member(zone))
    fill(member, "/suggestions/", body="我的建议要能带走")
    copied = member.get("/me/data/copy.json").json["modules"]["suggestions"]["suggestions_letters"]
    assert [row["body"] for row in copied] == ["我的建议要能带走"]
