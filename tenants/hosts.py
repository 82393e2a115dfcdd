"""Host headers: what they may look like and which part of the platform they name."""

import re
from dataclasses import dataclass

RESERVED_LABELS = frozenset(
    [
        "id",
        "city",
        "www",
        "api",
        "static",
        "admin",
        "mail",
        "smtp",
        "imap",
        "pop",
        "ftp",
        "ns",
        "ns1",
        "ns2",
        "mx",
        "cdn",
        "assets",
        "files",
        "media",
        "support",
        "status",
        "metrics",
        "health",
        "console",
        "auth",
        "login",
        "sso",
        "oauth",
        "wx",
        "wechat",
        "pay",
        "sms",
        "root",
        "system",
        "localhost",
        "autodiscover",
        "autoconfig",
    ]
)
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class HostName:
    """A host taken apart: exactly one of `label` (under the base domain) or `domain` (any other) is set."""

    label: str = ""
    domain: str = ""


def parse_host(header: str, base_domain: str) -> HostName | None:
    """What a Host header names, or None when it can name nothing here.

    Case, one trailing dot and the port of `base_domain` are allowed as RFC 9110 and DNS allow them; IP addresses,
    empty labels, other ports and hosts over 253 characters name nothing.
    """
    base_name, _, base_port = base_domain.lower().partition(":")
    name, _, port = header.strip().lower().partition(":")
    if len(header) > LONGEST_HOST + 6 or (port != base_port and not (base_port == "" and port in ("80", "443", ""))):
        return None
    name = _dns_name(name)
    if not name:
        return None
    if name == base_name:
        return HostName(label="")
    if name.endswith("." + base_name):
        label = name.removesuffix("." + base_name)
        return HostName(label=label) if "." not in label else None
    return HostName(domain=name)


def _dns_name(text: str) -> str:
    """A lower-case name without its trailing dot; empty for what DNS knows no such name."""
    name = text.removesuffix(".")
    labels = name.split(".")
    fits = len(name) <= LONGEST_HOST and all(LABEL.fullmatch(part) for part in labels) and not labels[-1].isdigit()
    return name if fits else ""


def looks_encoded(label: str) -> bool:
    """Whether a label reads as a name of another script in DNS's own spelling, like `xn--…` (RFC 5890, 2.3.1)."""
    return label[2:4] == "--"


def parse_domain(text: str) -> str:
    """A domain as a person writes it, the way it is kept: lower case, no trailing dot, no port; empty if it is none."""
    name = _dns_name(text.strip().lower())
    return name if "." in name else ""


def is_own_domain(domain: str, base_domain: str) -> bool:
    """Whether a domain is the platform's own: its base domain, or any name below it."""
    base_name = base_domain.lower().partition(":")[0]
    return domain == base_name or domain.endswith("." + base_name)


def zone_host(slug: str, domain: str | None, base_domain: str) -> str:
    """Where a zone lives: at its own domain if it has one, else under the base domain, with the base domain's port."""
    _, colon, port = base_domain.partition(":")
    return f"{domain}{colon}{port}" if domain else f"{slug}.{base_domain}"
