"""Starter zones (`presets/*.toml`): what a new zone begins with."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent / "presets"
DEFAULT_PRESET = "county"


@dataclass(frozen=True, slots=True)
class Preset:
    """A starter zone: its first document and the words for it. `like_above` begins as the zone above has published."""

    slug: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    document: Mapping[str, Any]
    like_above: bool = False


def presets() -> dict[str, Preset]:
    """Every starter zone by slug."""
    found = {}
    for path in sorted(PRESETS.glob("*.toml")):
        source = tomllib.loads(path.read_text())
        found[path.stem] = Preset(
            path.stem,
            source["title"],
            source["description"],
            source.get("document", {}),
            source.get("like_above", False),
        )
    return found
