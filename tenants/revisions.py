"""What a zone decides about itself, as one document: theme, tokens, modules with settings, home-page blocks, words.

A published document never changes; a new one replaces it.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from tenants.context import ZoneFacts
from tenants.database import db
from tenants.models import ZoneRevision
from tenants.registry import Remembered

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """Whether a zone uses a module, and how."""

    enabled: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockChoice:
    """One block of the home page, in its place."""

    id: str
    type: str
    title: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RevisionDocument:
    """The document of a revision; `tokens` are the theme's typed values, files are named by id."""

    theme: str = "harbor"
    slogan: str = ""
    logo: str = ""
    tokens: Mapping[str, Any] = field(default_factory=dict)
    modules: Mapping[str, ModuleChoice] = field(default_factory=dict)
    blocks: tuple[BlockChoice, ...] = ()
    _derived: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_json(cls, source: Mapping[str, Any]) -> "RevisionDocument":
        return cls(
            theme=source.get("theme", "harbor"),
            slogan=source.get("slogan", ""),
            logo=source.get("logo", ""),
            tokens=source.get("tokens", {}),
            modules={slug: ModuleChoice(**choice) for slug, choice in source.get("modules", {}).items()},
            blocks=tuple(BlockChoice(**block) for block in source.get("blocks", ())),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "theme": self.theme,
            "slogan": self.slogan,
            "logo": self.logo,
            "tokens": dict(self.tokens),
            "modules": {slug: asdict(choice) for slug, choice in self.modules.items()},
            "blocks": [asdict(block) for block in self.blocks],
        }

    def uses(self, module: str) -> bool:
        return module in self.modules and self.modules[module].enabled

    def derive(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What follows from the document alone, worked out once: neither changes."""
        try:
            return self._derived[key]
        except KeyError:
            value = self._derived[key] = work_out()
            return value


EMPTY = RevisionDocument()
_documents: Remembered[RevisionDocument] = Remembered(4_000)


def published_document(zone: ZoneFacts) -> RevisionDocument:
    """The published document of a zone, remembered by revision; an unpublished zone has the empty one."""
    if zone.revision_id is None:
        return EMPTY
    return _documents.get(zone.revision_id, lambda: _load(zone.revision_id))


def _load(revision_id: UUID | None) -> RevisionDocument:
    source = db.session.execute(select(ZoneRevision.document).where(ZoneRevision.id == revision_id)).scalar_one()
    return RevisionDocument.from_json(source)
