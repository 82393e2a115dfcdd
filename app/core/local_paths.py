"""Addresses to go back to: only paths on this very host."""

from urllib.parse import urlsplit


def local_path(candidate: str, default: str = "/") -> str:
    """The candidate if it is a plain path on this host, else the default: no scheme, host, backslash or control character."""
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return default
    if (
        not candidate.startswith("/")
        or candidate.startswith("//")
        or parts.scheme
        or parts.netloc
        or "\\" in candidate
        or any(not letter.isprintable() for letter in candidate)
    ):
        return default
    return candidate
