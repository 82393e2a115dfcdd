"""Where the embedded servers of a running installation are, for commands started beside it."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from app.core.config import Settings
from app.core.embedded import Addresses

NOWHERE = "postgresql+psycopg:///hall?host=/nonexistent"


def _path(settings: Settings) -> Path:
    return settings.var / "servers.json"


def publish(settings: Settings, addresses: Addresses) -> None:
    """Note the addresses in `<var>/servers.json`, for this user only."""
    draft = _path(settings).with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(asdict(addresses), stream)
    draft.replace(_path(settings))


def with_running_servers(settings: Settings) -> Settings:
    """The settings with the addresses a running `flask up` has noted, for those that are not set.

    Where nothing was ever started the database address leads nowhere: commands that need it say so.
    """
    if settings.database_url and settings.redis_url:
        return settings
    try:
        noted = json.loads(_path(settings).read_text())
    except FileNotFoundError:
        noted = {"database_url": NOWHERE, "database_owner_url": "", "redis_url": ""}
    return settings.with_servers(
        database_url=settings.database_url or noted["database_url"],
        database_owner_url=settings.database_owner_url or noted["database_owner_url"],
        redis_url=settings.redis_url or noted["redis_url"],
    )
