"""Addresses of static files that carry their content's hash, so that browsers may keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from app.core.theming import DEFAULT_THEME, chain

STATIC = Path(__file__).parents[1] / "static"


@lru_cache(maxsize=1024)
def asset(path: str) -> str:
    """The address of a file of the platform's own, versioned; raises `FileNotFoundError` for one that is not there."""
    return f"/static/{path}?v={_fingerprint(STATIC / path)}"


@lru_cache(maxsize=1024)
def theme_asset(path: str, theme: str = DEFAULT_THEME) -> str:
    """The address of a file of a theme, or of the parent it inherits the file from."""
    for link in chain(theme):
        file = link.folder / "static" / path
        if file.is_file():
            return f"/themes/{link.slug}/{path}?v={_fingerprint(file)}"
    raise FileNotFoundError(f"theme {theme!r} has no file {path!r}")


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]
