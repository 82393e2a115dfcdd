"""Settings: read from the environment and `.env`, checked at boot, every mistake named at once.

`.env.example` documents each name. Nothing else in the house reads `os.environ`.
"""

import difflib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values

from app.core import config_values as values
from app.core.config_values import CHECKOUT, DataKey

T = TypeVar("T")
SANDBOX_APP = "wx5a6e64b0c0ffee00:sandbox"
SANDBOX_MERCHANT = "1900000001"
"""By what the sandbox's WeChat knows an official account with its secret, and a merchant."""


class StartupError(Exception):
    """Unionhall cannot start; the message is one sentence for the person at the terminal."""


class ConfigError(StartupError):
    """Settings are wrong; `mistakes` holds one sentence each."""

    def __init__(self, *mistakes: str) -> None:
        self.mistakes = mistakes
        head = "A setting is wrong:" if len(self.mistakes) == 1 else f"{len(self.mistakes)} settings are wrong:"
        super().__init__("\n  ".join([head, *self.mistakes]))


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
    wechat_open_url: str
    wechat_api_url: str = field(repr=False)
    wechat_pay_url: str
    wechat_pay_keys: Path
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
            "HALL_DATA_KEYS": ",".join(f"{each.id}:{values.to_base64(each.key)}" for each in self.data_keys),
            "HALL_INDEX_KEY": values.to_base64(self.index_key),
            "HALL_JOB_KEY": values.to_base64(self.job_key),
        }


_PLAIN = (
    "port", "var", "base_domain", "scheme", "trusted_proxies", "web_threads", "web_workers", "worker_count",
    "sandbox_port", "sms_url", "email_url", "wechat_open_url", "wechat_api_url", "wechat_pay_url", "wechat_pay_keys", "database_url", "database_owner_url", "redis_url", "metrics_token",
    "secret_key",
)  # fmt: skip
_SECRETS = ("HALL_SECRET_KEY", "HALL_DATA_KEYS", "HALL_INDEX_KEY", "HALL_JOB_KEY")
_NAMES = {f"HALL_{name.upper()}" for name in _PLAIN} | {"HALL_DEMO", "HALL_DATABASE_POOLER", *_SECRETS}
_OF_TESTS = {"HALL_REQUIRE_BROWSER", "HALL_REQUIRE_DEPLOY", "HALL_REQUIRE_PYTHONS"}


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

    var = reader.read("HALL_VAR", "var", values.directory)
    database_url = reader.read("HALL_DATABASE_URL", "", values.postgresql_url)
    owner_url = reader.read("HALL_DATABASE_OWNER_URL", "", values.postgresql_url)
    if owner_url and not database_url and "HALL_DATABASE_URL" not in found:
        reader.mistakes.append("HALL_DATABASE_OWNER_URL needs HALL_DATABASE_URL: set both or neither.")
    if "HALL_DATABASE_URL" not in found:
        _add_kept_secrets(reader, var)

    port = reader.read("HALL_PORT", "8000", values.whole_number(1, 65535))
    sandbox_port = reader.read(
        "HALL_SANDBOX_PORT", str(port + 1 if port < 65535 else port - 1), values.whole_number(1, 65535)
    )
    if port == sandbox_port and not reader.wrong & {"HALL_PORT", "HALL_SANDBOX_PORT"}:
        reader.mistakes.append(f"HALL_SANDBOX_PORT must differ from HALL_PORT; both are {port}.")
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    scheme = reader.read("HALL_SCHEME", "http", values.one_of("http", "https"))
    wechat = f"{sandbox}/wechat" if scheme == "http" else ""  # nobody out there reaches this machine's own
    settings = Settings(
        port=port,
        var=var,
        base_domain=reader.read("HALL_BASE_DOMAIN", f"localhost:{port}", values.host_and_port),
        scheme=scheme,
        demo=reader.read("HALL_DEMO", "0", values.yes_or_no),
        trusted_proxies=reader.read("HALL_TRUSTED_PROXIES", "0", values.whole_number(0, 10)),
        web_threads=reader.read("HALL_WEB_THREADS", "8", values.whole_number(1, 256)),
        web_workers=reader.read("HALL_WEB_WORKERS", "1", values.whole_number(1, 256)),
        worker_count=reader.read("HALL_WORKER_COUNT", "1", values.whole_number(1, 256)),
        sandbox_port=sandbox_port,
        sms_url=reader.read("HALL_SMS_URL", f"{sandbox}/sms", values.http_url),
        email_url=reader.read("HALL_EMAIL_URL", f"{sandbox}/email", values.http_url),
        wechat_open_url=reader.read("HALL_WECHAT_OPEN_URL", wechat, values.http_url),
        wechat_api_url=reader.read("HALL_WECHAT_API_URL", _named(wechat, SANDBOX_APP), values.url_with_a_name),
        wechat_pay_url=reader.read("HALL_WECHAT_PAY_URL", _named(wechat, SANDBOX_MERCHANT), values.url_with_a_name),
        wechat_pay_keys=reader.read("HALL_WECHAT_PAY_KEYS", str(var / "sandbox" / "wechat"), values.directory),
        database_pooler=reader.read("HALL_DATABASE_POOLER", "0", values.yes_or_no),
        database_url=database_url,
        database_owner_url=owner_url,
        redis_url=reader.read("HALL_REDIS_URL", "", values.redis_url),
        metrics_token=reader.read("HALL_METRICS_TOKEN", "", str),
        secret_key=reader.read("HALL_SECRET_KEY", None, values.secret_text),
        data_keys=reader.read("HALL_DATA_KEYS", None, values.data_keys),
        index_key=reader.read("HALL_INDEX_KEY", None, values.aes_key),
        job_key=reader.read("HALL_JOB_KEY", None, values.aes_key),
    )
    if reader.mistakes:
        raise ConfigError(*reader.mistakes)
    return settings


def _named(address: str, name: str) -> str:
    """The address, for one who is known there by this name."""
    return address.replace("://", f"://{name}@", 1)


def _add_kept_secrets(reader: "_Reader", var: Path) -> None:
    """Take the keys that are not set from `<var>/secrets.env`; where that fails, one mistake is named, not four more."""
    missing = {name for name in _SECRETS if name not in reader.found}
    if not missing:
        return
    if "HALL_VAR" in reader.wrong:
        reader.wrong |= missing
        return
    try:
        reader.found = ensure_secrets(var) | reader.found
    except ConfigError as error:
        reader.mistakes += error.mistakes
        reader.wrong |= missing


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
        "HALL_DATA_KEYS": f"k1:{values.to_base64(secrets.token_bytes(32))}",
        "HALL_INDEX_KEY": values.to_base64(secrets.token_bytes(32)),
        "HALL_JOB_KEY": values.to_base64(secrets.token_bytes(32)),
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
    """Turns texts into values and remembers what was wrong with each; `wrong` are names that need no second complaint."""

    def __init__(self, found: dict[str, str]) -> None:
        self.found = found
        self.mistakes: list[str] = []
        self.wrong: set[str] = set()

    def read(self, name: str, default: str | None, parse: Callable[[str], T]) -> T:
        """The parsed value. After a mistake the result is meaningless, and `load_settings` raises before using it."""
        text = self.found.get(name, default)
        if text is None:
            self._note(name, "must be set when HALL_DATABASE_URL is: see .env.example for how to make one.")
        elif text or name in self.found:
            try:
                return parse(text)
            except ValueError as error:
                shown = f", not {text!r}" if name not in _SECRETS and "://" not in text else ""
                self._note(name, f"must be {error}{shown}.")
        return parse(default) if default else ""  # type: ignore[return-value]

    def _note(self, name: str, complaint: str) -> None:
        if name not in self.wrong:
            self.mistakes.append(f"{name} {complaint}")
            self.wrong.add(name)


def _note_unknown_names(reader: _Reader) -> None:
    for name in sorted(reader.found.keys() - _NAMES - _OF_TESTS):
        near = difflib.get_close_matches(name, _NAMES, n=1)
        hint = f": did you mean {near[0]}?" if near else "."
        reader.mistakes.append(f"{name} is not a setting{hint}")
