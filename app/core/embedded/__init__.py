"""PostgreSQL and Valkey without installing either: run from wheels, inside `var/`, supervised."""

from app.core.config import StartupError
from app.core.embedded.addresses import Addresses
from app.core.embedded.servers import EmbeddedServers

__all__ = ["Addresses", "EmbeddedServers", "StartupError"]
