"""The module's own script and stylesheets, at addresses that carry their content's hash."""

import hashlib
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=16)
def news_asset(name: str) -> str:
    """The address of a file in `static/`; raises `FileNotFoundError` for one that is not there."""
    return f"/news/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
