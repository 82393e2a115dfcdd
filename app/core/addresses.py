"""Addresses of services outside, with who asks there in front of the host: `https://NAME:PASSWORD@host.example.cn`."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit


class Service(NamedTuple):
    """An address without the name and the password that stood in it; what was not there is empty."""

    url: str
    name: str
    password: str


def service_at(address: str) -> Service:
    parts = urlsplit(address)
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Service(url, unquote(parts.username or ""), unquote(parts.password or ""))
