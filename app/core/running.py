"""Where the embedded servers of a running installation are, for commands started beside it."""

import json
from dataclasses import asdict
from pathlib import Path

from app.core.config import Settings, StartupError
from app.core.embedded import Addresses
from app.core.files_on_disk import write_privately

NOWHERE = "postgresql+psycopg:///hall?host=/nonexistent"


def _path(settings: Settings) -> Path:
    return settings.var / "servers.json"


def publish(settings: Settings, addresses: Addresses) -> None:
    """Note the addresses in `<var>/servers.json`, for this user only."""
    write_privately(_path(settings), json.dumps(asdict(addresses)))


def with_running_servers(settings: Settings) -> Settings:
    """The settings with the addresses a running `flask up` has noted, for those that are not set.

    Where nothing was ever started the database address leads nowhere: commands that need it say so.
    Raises `StartupError` when the note may not be read.
    """
    if settings.database_url and settings.redis_url:
        return settings
    noted = _noted(settings) or Addresses(database_url=NOWHERE)
    return settings.with_servers(
        database_url=settings.database_url or noted.database_url,
        database_owner_url=settings.database_owner_url or noted.database_owner_url,
        redis_url=settings.redis_url or noted.redis_url,
    )


def why_nowhere(settings: Settings) -> str:
    """A sentence on why no address is known."""
    path = _path(settings)
    if path.exists():
        return f"{path} is damaged: start Unionhall (scripts/run), which writes it anew."
    return f"Unionhall is not running on {settings.var}: start it with scripts/run, or set HALL_DATABASE_URL."


def require_addresses(settings: Settings) -> None:
    """Raises `StartupError` for a process that could only wait for ever: it knows no database, or no Redis."""
    if settings.database_url == NOWHERE:
        raise StartupError(why_nowhere(settings))
    if not settings.redis_url:
        raise StartupError("HALL_REDIS_URL must be set: no Redis is run here.")


def _noted(settings: Settings) -> Addresses | None:
    """What a running `flask up` has noted; None where there is nothing, or nothing that can be understood."""
    path = _path(settings)
    try:
        return Addresses(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return None
    except OSError as error:
        raise StartupError(
            f"{path} cannot be read ({error.strerror}): start as the user that it belongs to."
        ) from error
