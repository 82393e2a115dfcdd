"""An installation of its own into which the module of a guide was dropped: what a guide says is tried as it stands there."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.config import Settings
from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.core.theming import themes
from app.factory import create_app
from tenants.database import db
from tests.contracts import module_contract as contract
from tests.contracts.test_every_word import untranslated
from tests.fixtures.world import World

DOCS = Path(__file__).parents[2] / "docs"


@contextmanager
def dropped_in(settings: Settings, guide: str, slug: str) -> Iterator[World]:
    """A city whose module folder holds the files of the guide, and nothing else new."""
    files = re.compile(rf"```\w+\n(?:# |\{{# )({slug}/\S+?)(?: #\}})?\n(.*?)```", re.DOTALL)
    folder = Path(tempfile.mkdtemp(prefix="hall-module-"))
    for name, text in files.findall((DOCS / guide).read_text("utf-8")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
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
        _forget_module(str(folder), slug)


def _forget_module(folder: str, slug: str) -> None:
    """Leave nothing of the dropped module to the tests that follow in this process."""
    import app.modules

    app.modules.__path__[:] = [path for path in app.modules.__path__ if path != folder]
    for name in [name for name in db.metadata.tables if name.startswith(f"{slug}_")]:
        db.metadata.remove(db.metadata.tables[name])
    for name in [name for name in sys.modules if name.startswith(f"app.modules.{slug}")]:
        del sys.modules[name]


def require_contracts(world: World, slug: str, tables: dict[str, list[str]]) -> None:
    """What the guides promise of `tests/contracts`: pages, switch, words, the member's copy."""
    (module,) = [each for each in contract.modules(world) if each.slug == slug]
    assert contract.open_though_off(world, module) == []
    assert [found for theme in themes() for found in contract.broken_pages(world, module, theme)] == []
    assert contract.missing_providers(module) == []
    assert contract.uncopied_tables(module, tables) == []
    assert untranslated(module.folder) == {}
