"""Bringing the database to the newest schema: the core's branch and each part's own."""

from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

ROOT = Path(__file__).parents[2]


def configuration(folders: Iterable[Path], owner_url: str = "") -> Config:
    """Alembic's configuration over the core's versions and every `migrations/` folder given."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    locations = [ROOT / "migrations" / "versions", *(folder for folder in folders if folder.is_dir())]
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", ":".join(map(str, locations)))
    config.attributes["url"] = owner_url
    return config


def upgrade(owner_url: str, folders: Iterable[Path]) -> None:
    """Run every migration that has not run; needs a login that may create roles and become the owner."""
    command.upgrade(configuration(folders, owner_url), "heads")


def is_current(connection: Connection, folders: Iterable[Path]) -> bool:
    """Whether the database holds exactly the schema this code was written for."""
    script = ScriptDirectory.from_config(configuration(folders))
    implied = {name for revision in script.walk_revisions() for name in _names(revision.dependencies)}
    wanted = set(script.get_heads()) - implied
    return set(MigrationContext.configure(connection).get_current_heads()) - implied == wanted


def _names(dependencies: str | Iterable[str] | None) -> Iterable[str]:
    return [dependencies] if isinstance(dependencies, str) else dependencies or ()
