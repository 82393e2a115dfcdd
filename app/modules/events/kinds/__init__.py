"""The kinds of campaigns: each folder beside this file declares one in its `kind.py`, and nothing else names it."""

import importlib
import pkgutil

from app.core.errors import NotFound
from app.modules.events.kinds.declaring import CampaignKind


def _discover() -> dict[str, CampaignKind]:
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.ispkg and info.name != "tests"]
    kinds = [importlib.import_module(f"{__name__}.{name}.kind").KIND for name in sorted(names)]
    return {kind.key: kind for kind in kinds}


KINDS = _discover()


def find_kind(key: str) -> CampaignKind:
    """The kind of that key. Raises `NotFound` for one that is not installed: its campaigns are not there without it."""
    if key not in KINDS:
        raise NotFound
    return KINDS[key]
