"""How long and how often to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    rounds: int = 5
    seconds: float = 3
    members: int = 1_000_000
