"""Settings: read from the environment and `.env`, checked at boot, every mistake named at once.

`.env.example` documents each name. Nothing else in the house reads `os.environ`.
"""

import base64
import binascii
import difflib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parents[2]

T = TypeVar("T")


class StartupError(Exception):
    """Unionhall cannot start; the message is one sentence for the person at the terminal."""


class ConfigError(StartupError):
    """Settings are wrong; `mistakes` holds one sentence each."""

    def __init__(self, *mistakes: str) -> None:
        self.mistakes = mistakes
        head = "A setting is wrong:" if len(self.mistakes) == 1 else f"{len(self.mistakes)} settings are wrong:"
        super().__init__("\n  ".join([head, *self.mistakes]))


@dataclass(frozen=True)
class DataKey:
    """An AES-256 key for personal data; `id` is stored beside what it encrypted."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. `database_url` is empty when the embedded servers are used."""

    port: int
    var: Path
    base_domain: str
    scheme: str
    demo: bool
    trusted_proxies: int
    web_threads: int
    web_workers: int
    worker_count: int
    sandbox_port: int
    sms_url: str = field(repr=False)
    email_url: str = field(repr=False)
    database_pooler: bool
    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    metrics_token: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: tuple[DataKey, ...]
    index_key: bytes = field(repr=False)
    job_key: bytes = field(repr=False)

    @property
    def base_url(self) -> str:
        """`http://localhost:8000`; put a zone's label before the host for its own address."""
        return f"{self.scheme}://{self.base_domain}"

    def with_servers(self, *, database_url: str, database_owner_url: str, redis_url: str) -> "Settings":
        """The same settings with the addresses of running servers filled in."""
        return replace(self, database_url=database_url, database_owner_url=database_owner_url, redis_url=redis_url)

    def as_environ(self) -> dict[str, str]:
        """The environment from which `load_settings` makes equal settings again: what child processes are given."""
        plain = {f"HALL_{name.upper()}": str(getattr(self, name)) for name in _PLAIN}
        return plain | {
            "HALL_DEMO": "1" if self.demo else "0",
            "HALL_DATABASE_POOLER": "1" if self.database_pooler else "0",
            "HALL_DATA_KEYS": ",".join(f"{each.id}:{_to_base64(each.key)}" for each in self.data_keys),
            "HALL_INDEX_KEY": _to_base64(self.index_key),
            "HALL_JOB_KEY": _to_base64(self.job_key),
        }


_PLAIN = (
    "port", "var", "base_domain", "scheme", "trusted_proxies", "web_threads", "web_workers", "worker_count",
    "sandbox_port", "sms_url", "email_url", "database_url", "database_owner_url", "redis_url", "metrics_token",
    "secret_key",
)  # fmt: skip
_SECRETS = ("HALL_SECRET_KEY", "HALL_DATA_KEYS", "HALL_INDEX_KEY", "HALL_JOB_KEY")
_NAMES = {f"HALL_{name.upper()}" for name in _PLAIN} | {"HALL_DEMO", "HALL_DATABASE_POOLER", *_SECRETS}
_OF_TESTS = {"HALL_REQUIRE_BROWSER"}
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ`, or from the process environment over the checkout's `.env`.

    Without `HALL_DATABASE_URL` the keys may be absent: they are then made once and kept in `<var>/secrets.env`.
    Raises `ConfigError` naming every mistake.
    """
    if environ is None:
        environ = {name: value or "" for name, value in dotenv_values(CHECKOUT / ".env").items()} | dict(os.environ)
    found = {name: value.strip() for name, value in environ.items() if name.startswith("HALL_") and value.strip()}
    reader = _Reader(found)
    _note_unknown_names(reader)

    var = reader.read("HALL_VAR", "var", lambda text: (CHECKOUT / Path(text).expanduser()).absolute())
    database_url = reader.read("HALL_DATABASE_URL", "", _database_url)
    owner_url = reader.read("HALL_DATABASE_OWNER_URL", "", _database_url)
    if owner_url and not database_url and "HALL_DATABASE_URL" not in found:
        reader.mistakes.append("HALL_DATABASE_OWNER_URL needs HALL_DATABASE_URL: set both or neither.")
    if "HALL_DATABASE_URL" not in found and not all(name in found for name in _SECRETS):
        try:
            reader.found = ensure_secrets(var) | found
        except ConfigError as error:
            raise ConfigError(*reader.mistakes, *error.mistakes) from None

    port = reader.read("HALL_PORT", "8000", _whole_number(1, 65535))
    sandbox_port = reader.read("HALL_SANDBOX_PORT", str(port % 65535 + 1), _whole_number(1, 65535))
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    settings = Settings(
        port=port,
        var=var,
        base_domain=reader.read("HALL_BASE_DOMAIN", f"localhost:{port}", _host_and_port),
        scheme=reader.read("HALL_SCHEME", "http", _one_of("http", "https")),
        demo=reader.read("HALL_DEMO", "0", _yes_or_no),
        trusted_proxies=reader.read("HALL_TRUSTED_PROXIES", "0", _whole_number(0, 10)),
        web_threads=reader.read("HALL_WEB_THREADS", "8", _whole_number(1, 256)),
        web_workers=reader.read("HALL_WEB_WORKERS", "1", _whole_number(1, 256)),
        worker_count=reader.read("HALL_WORKER_COUNT", "1", _whole_number(1, 256)),
        sandbox_port=sandbox_port,
        sms_url=reader.read("HALL_SMS_URL", f"{sandbox}/sms", _http_url),
        email_url=reader.read("HALL_EMAIL_URL", f"{sandbox}/email", _http_url),
        database_pooler=reader.read("HALL_DATABASE_POOLER", "0", _yes_or_no),
        database_url=database_url,
        database_owner_url=owner_url,
        redis_url=reader.read("HALL_REDIS_URL", "", _redis_url),
        metrics_token=reader.read("HALL_METRICS_TOKEN", "", str),
        secret_key=reader.read("HALL_SECRET_KEY", None, _secret_text),
        data_keys=reader.read("HALL_DATA_KEYS", None, _data_keys),
        index_key=reader.read("HALL_INDEX_KEY", None, _key),
        job_key=reader.read("HALL_JOB_KEY", None, _key),
    )
    if reader.mistakes:
        raise ConfigError(*reader.mistakes)
    return settings


def ensure_secrets(var: Path) -> dict[str, str]:
    """The keys of this installation from `<var>/secrets.env` (mode 0600), made when there are none yet.

    Refuses to make new keys beside data that was encrypted with lost ones. Raises `ConfigError`.
    """
    path = var / "secrets.env"
    try:
        if not path.exists():
            if (var / "postgres").exists():
                raise ConfigError(
                    f"{path} is missing but {var / 'postgres'} holds data encrypted with its keys: "
                    "put the file back, or remove the directory to start anew."
                )
            _write_once(path, "".join(f"{name}={value}\n" for name, value in _new_secrets().items()))
        kept = {name: value or "" for name, value in dotenv_values(path).items()}
    except OSError as error:
        raise ConfigError(
            f"HALL_VAR={var} cannot be used ({error.strerror}): make it writable or choose another directory."
        ) from error
    if missing := [name for name in _SECRETS if not kept.get(name)]:
        raise ConfigError(f"{path} lacks {', '.join(missing)}: put the original file back.")
    return kept


def _new_secrets() -> dict[str, str]:
    return {
        "HALL_SECRET_KEY": secrets.token_urlsafe(48),
        "HALL_DATA_KEYS": f"k1:{_to_base64(secrets.token_bytes(32))}",
        "HALL_INDEX_KEY": _to_base64(secrets.token_bytes(32)),
        "HALL_JOB_KEY": _to_base64(secrets.token_bytes(32)),
    }


def _write_once(path: Path, text: str) -> None:
    """Write a private file that is either complete or absent; the first of two writers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as draft:
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return


class _Reader:
    """Turns texts into values and remembers what was wrong with each."""

    def __init__(self, found: dict[str, str]) -> None:
        self.found = found
        self.mistakes: list[str] = []

    def read(self, name: str, default: str | None, parse: Callable[[str], T]) -> T:
        """The parsed value. After a mistake the result is meaningless, and `load_settings` raises before using it."""
        text = self.found.get(name, default)
        if text is None:
            self.mistakes.append(f"{name} must be set when HALL_DATABASE_URL is: see .env.example for how to make one.")
        elif text or name in self.found:
            try:
                return parse(text)
            except ValueError as error:
                shown = f", not {text!r}" if name not in _SECRETS and "://" not in text else ""
                self.mistakes.append(f"{name} must be {error}{shown}.")
        return parse(default) if default else ""  # type: ignore[return-value]


def _note_unknown_names(reader: _Reader) -> None:
    for name in sorted(reader.found.keys() - _NAMES - _OF_TESTS):
        near = difflib.get_close_matches(name, _NAMES, n=1)
        hint = f": did you mean {near[0]}?" if near else "."
        reader.mistakes.append(f"{name} is not a setting{hint}")


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(" or ".join(choices))
        return text.lower()

    return parse


def _yes_or_no(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("1 (yes) or 0 (no)")


def _host_and_port(text: str) -> str:
    host, colon, port = text.lower().partition(":")
    labels = host.split(".")
    numbered = labels[-1].isdigit()  # zones need names below it: an IP address has none
    if not all(_LABEL.fullmatch(label) for label in labels) or numbered or len(host) > 190:
        raise ValueError("a host name with an optional port, like localhost:8000 or hall.example.cn")
    if colon and not (re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) <= 65535):
        raise ValueError("a host name whose port is a number from 1 to 65535")
    return text.lower()


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("an address that starts with http:// or https://")
    return text


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"} or not url.database:
        raise ValueError("a PostgreSQL address like postgresql://user:password@host:5432/hall")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _redis_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("a Redis address like redis://:password@host:6379/0 or unix:///path/to/socket")
    return text


def _secret_text(text: str) -> str:
    if len(text) < 32:
        raise ValueError("at least 32 random characters")
    return text


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("32 random bytes in base64")
    return key


def _data_keys(text: str) -> tuple[DataKey, ...]:
    try:
        pairs = [entry.strip().partition(":") for entry in text.split(",")]
        keys = tuple(DataKey(id=name, key=_key(key)) for name, _, key in pairs)
    except ValueError:
        keys = ()
    names = [each.id for each in keys]
    if not keys or len(set(names)) != len(names) or not all(re.fullmatch(r"[a-z0-9]{1,16}", name) for name in names):
        raise ValueError("a list like k2:<base64>,k1:<base64>: different short names, 32 random bytes each")
    return keys


def _to_base64(key: bytes) -> str:
    return base64.b64encode(key).decode()
