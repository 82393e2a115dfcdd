"""Rendering in the zone's theme: theme → parent theme → the platform's own templates → the parts' templates.

A theme's environment has its own template cache, so one theme never serves another's template.
"""

import re
import tomllib
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask.templating import Environment as FlaskEnvironment
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment, FileSystemLoader

from app.core.i18n import rendering
from tenants.context import current_scope, has_scope
from tenants.revisions import EMPTY, RevisionDocument, published_document

THEMES = Path(__file__).parents[2] / "themes"
DEFAULT_THEME = "harbor"
PERSONAL_TEMPLATES = ("layout/viewer.html", "layout/greeting.html", "layout/unread.html")
"""What of a page depends on who looks. In a page rendered for everybody each leaves a hole (see `app.core.pages`)."""
PERSONAL_PART = "layout/personal.html"
"""A personal template alone, with the macros pages have."""
FOR_EVERYBODY = "hall.for_everybody"
"""Set in the WSGI environment of a request that renders a page for everybody."""


class ThemeError(ValueError):
    """A theme that can't be used; the message names the theme and the fault."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: `title` and `description` by locale, `tokens` by name with type, default and label."""

    slug: str
    parent: str
    title: dict[str, str]
    description: dict[str, str]
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    presets: tuple[dict[str, Any], ...] = ()

    @property
    def folder(self) -> Path:
        return THEMES / self.slug


@lru_cache(maxsize=1)
def themes() -> dict[str, Theme]:
    """Every theme of the house by slug."""
    found = {folder.parent.name: _read(folder) for folder in sorted(THEMES.glob("*/theme.toml"))}
    for theme in found.values():
        if theme.parent and theme.parent not in found:
            raise ThemeError(f"theme {theme.slug!r} has the unknown parent {theme.parent!r}")
    return found


def _read(path: Path) -> Theme:
    source = tomllib.loads(path.read_text())
    if source.get("slug") != path.parent.name:
        raise ThemeError(f"theme {path.parent.name!r}: slug must be the folder's name")
    return Theme(
        slug=source["slug"],
        parent=source.get("parent", ""),
        title=source["title"],
        description=source["description"],
        tokens=source.get("tokens", {}),
        presets=tuple(source.get("presets", ())),
    )


def chain(slug: str) -> list[Theme]:
    """A theme and its parents, nearest first; an unknown theme is the default one."""
    known = themes()
    theme: Theme | None = known.get(slug) or known[DEFAULT_THEME]
    found: list[Theme] = []
    while theme is not None and theme not in found:
        found.append(theme)
        theme = known.get(theme.parent)
    return found


class FlatEnvironment(FlaskEnvironment):
    """Globals in one plain mapping: copying Jinja's chain of two is slow, and nobody adds to them later."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class ThemedEnvironments:
    """One Jinja environment a theme, all sharing the application's globals, filters and base loader."""

    def __init__(self, app: Flask, folders: Iterable[Path]) -> None:
        self._app = app
        self._base: list[BaseLoader] = [FileSystemLoader([str(folder) for folder in folders])]
        self._environments: dict[tuple[str, bool], Environment] = {}
        secret = token_hex(16)
        self._holes = {name: f"<!--{secret} {name}-->" for name in PERSONAL_TEMPLATES}
        self._hole = re.compile(f"<!--{secret} ([a-z/.]+)-->")

    def get(self, slug: str, *, for_everybody: bool = False) -> Environment:
        """A theme's environment; `for_everybody` is the one whose personal templates leave holes."""
        key = (slug, for_everybody)
        if key not in self._environments:
            loaders: list[BaseLoader] = [FileSystemLoader(str(theme.folder / "templates")) for theme in chain(slug)]
            if for_everybody:
                loaders.insert(0, DictLoader(self._holes))
            self._environments[key] = self._app.jinja_env.overlay(loader=ChoiceLoader(loaders + self._base))
        return self._environments[key]

    def split(self, page: str) -> list[str]:
        """A page for everybody cut at its holes: text, name of a personal template, text, …, text.

        Nothing that people write can look like a hole: each process draws its own sign.
        """
        return self._hole.split(page)


def current_document() -> RevisionDocument:
    """The look and modules in force: a previewed draft, else the zone's published document."""
    if has_request_context() and "preview" in g:
        return g.preview
    if has_scope() and current_scope().zone is not None:
        return published_document(current_scope().zone)  # type: ignore[arg-type]
    return EMPTY


def render(template: str, **context: Any) -> str:
    """The template's text in the running zone's theme."""
    environments: ThemedEnvironments = current_app.extensions["themes"]
    for_everybody = has_request_context() and FOR_EVERYBODY in request.environ
    environment = environments.get(current_document().theme, for_everybody=for_everybody)
    current_app.update_template_context(context)
    with rendering():
        return environment.get_template(template).render(context)


def render_personal(names: Iterable[str]) -> dict[str, str]:
    """The personal templates of this name, each alone, for whoever the running request serves."""
    environments: ThemedEnvironments = current_app.extensions["themes"]
    wrapper = environments.get(current_document().theme).get_template(PERSONAL_PART)
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    with rendering():
        return {name: wrapper.render(context, personal_template=name) for name in names}
