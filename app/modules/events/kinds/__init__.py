"""The kinds of campaigns: each folder beside this file declares one in its `kind.py`, and nothing else names it."""

import importlib
import importlib.util
import pkgutil
from types import ModuleType

from app.core.errors import NotFound
from app.modules.events.kinds.declaring import CampaignKind


def _discover() -> dict[str, CampaignKind]:
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.ispkg and info.name != "tests"]
    kinds = [importlib.import_module(f"{__name__}.{name}.kind").KIND for name in sorted(names)]
    return {kind.key: kind for kind in kinds}


KINDS = _discover()


def list_parts(name: str) -> list[ModuleType]:
    """That part of every kind whose folder has it, as "member_pages"."""
    parts = [f"{__name__}.{key}.{name}" for key in KINDS]
    return [importlib.import_module(part) for part in parts if _is_there(part)]


def _is_there(part: str) -> bool:
    parent = part.rpartition(".")[0]
    return bool(importlib.util.find_spec(parent) and importlib.util.find_spec(part))


def find_kind(key: str) -> CampaignKind:
    """The kind of that key. Raises `NotFound` for one that is not installed: its campaigns are not there without it."""
    if key not in KINDS:
        raise NotFound
    return KINDS[key]
