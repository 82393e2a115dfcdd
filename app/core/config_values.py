"""What a setting may say: from its text to its value. Each raises `ValueError` with what the text must be."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parents[2]
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class DataKey:
    """An AES-256 key for personal data; `id` is stored beside what it encrypted."""

    id: str
    key: bytes = field(repr=False)


def directory(text: str) -> Path:
    try:
        return (CHECKOUT / Path(text).expanduser()).absolute()
    except RuntimeError:
        raise ValueError("a directory; the home directory in it is unknown") from None


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(" or ".join(choices))
        return text.lower()

    return parse


def yes_or_no(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("1 (yes) or 0 (no)")


def host_and_port(text: str) -> str:
    host, colon, port = text.lower().partition(":")
    labels = host.split(".")
    numbered = labels[-1].isdigit()  # zones need names below it: an IP address has none
    if not all(_LABEL.fullmatch(label) for label in labels) or numbered or len(host) > 190:
        raise ValueError("a host name with an optional port, like localhost:8000 or hall.example.cn")
    if colon and not (re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) <= 65535):
        raise ValueError("a host name whose port is a number from 1 to 65535")
    return text.lower()


def http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("an address that starts with http:// or https://")
    return text


def url_with_a_name(text: str) -> str:
    """An address with who asks there before its host."""
    if not urlsplit(http_url(text)).username:
        raise ValueError("an address with a name in it, like https://NAME@host.example.cn")
    return text


def postgresql_url(text: str) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"} or not url.database:
        raise ValueError("a PostgreSQL address like postgresql://user:password@host:5432/hall")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def redis_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("a Redis address like redis://:password@host:6379/0 or unix:///path/to/socket")
    return text


def secret_text(text: str) -> str:
    if len(text) < 32:
        raise ValueError("at least 32 random characters")
    return text


def aes_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("32 random bytes in base64")
    return key


def data_keys(text: str) -> tuple[DataKey, ...]:
    try:
        pairs = [entry.strip().partition(":") for entry in text.split(",")]
        keys = tuple(DataKey(id=name, key=aes_key(key)) for name, _, key in pairs)
    except ValueError:
        keys = ()
    names = [each.id for each in keys]
    if not keys or len(set(names)) != len(names) or not all(re.fullmatch(r"[a-z0-9]{1,16}", name) for name in names):
        raise ValueError("a list like k2:<base64>,k1:<base64>: different short names, 32 random bytes each")
    return keys


def to_base64(key: bytes) -> str:
    return base64.b64encode(key).decode()
