"""Where the database and Redis are, and whether what is there will do."""

from dataclasses import dataclass

import psycopg
import redis
from sqlalchemy.engine import make_url

from app.core.config import StartupError
from tenants.database import check_database_role
from tenants.errors import UnsafeDatabaseRole

OLDEST_POSTGRESQL = 15  # views with security_invoker
OLDEST_REDIS = (6, 2)  # GETDEL
NO_OWNER = "HALL_DATABASE_OWNER_URL must be set beside HALL_DATABASE_URL: it names the login that runs migrations."
_PATIENCE = 5  # seconds


@dataclass(frozen=True)
class Addresses:
    """Where the database (as the application, and as the owner for migrations) and Redis are. May hold passwords."""

    database_url: str = ""
    database_owner_url: str = ""
    redis_url: str = ""

    def check(self, *, for_migrations: bool = False) -> None:
        """Connect to each once. Raises `StartupError` with one line, without passwords, for each that will not do."""
        found = [
            NO_OWNER if for_migrations and self.database_url and not self.database_owner_url else "",
            _fault_of_database("HALL_DATABASE_URL", self.database_url, is_application=True),
            _fault_of_database("HALL_DATABASE_OWNER_URL", self.database_owner_url),
            _fault_of_redis("HALL_REDIS_URL", self.redis_url),
        ]
        if faults := [fault for fault in found if fault]:
            raise StartupError("\n".join(faults))


def _fault_of_database(setting: str, url: str, *, is_application: bool = False) -> str:
    if not url:
        return ""
    address = make_url(url).set(drivername="postgresql")
    where = address.host or address.query.get("host") or "its socket"
    try:
        with psycopg.connect(address.render_as_string(hide_password=False), connect_timeout=_PATIENCE) as connection:
            if connection.info.server_version < OLDEST_POSTGRESQL * 10_000:
                found = connection.info.server_version // 10_000
                return f"{setting}: PostgreSQL at {where} is version {found}; {OLDEST_POSTGRESQL} or newer is needed."
            if is_application:
                check_database_role(connection)
    except UnsafeDatabaseRole as unsafe:
        return f"{setting}: {unsafe}; deploy/postgresql/roles.sql makes one that is safe."
    except psycopg.Error as error:
        return f"{setting}: the database at {where} does not answer: {_last_line(error)}."
    return ""


def _fault_of_redis(setting: str, url: str) -> str:
    if not url:
        return ""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE) as client:
            version = str(client.info("server").get("redis_version", ""))  # type: ignore[union-attr]
    except (redis.RedisError, ValueError) as error:
        return f"{setting}: Redis does not answer: {_last_line(error)}."
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST_REDIS:
        return f"{setting}: Redis is version {version}; {'.'.join(map(str, OLDEST_REDIS))} or newer is needed."
    return ""


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[-1].strip().rstrip(".")
