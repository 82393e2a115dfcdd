"""The mark of a page that is rendered once for everybody."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import g

from app.core.clock import now

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CachedPage:
    """The mark on a view; `args` are the query's names the page depends on, all others are left out of it."""

    args: tuple[str, ...] = ()


def cached_page(*args: str) -> Callable[[View], View]:
    """The page is the same for every visitor of the zone, but for the templates in `theming.PERSONAL_TEMPLATES`.

    It is rendered as for a stranger: no session, no cookies, no query but `args`. A view that shows anything to some
    and not to others must not carry the mark; one that sets a cookie (a CSRF token does) is not kept. Stands under
    the route, beside `@public`.
    """

    def mark(view: View) -> View:
        view.hall_cached_page = CachedPage(args)  # type: ignore[attr-defined]
        return view

    return mark


def changes_at(moment: datetime) -> None:
    """The page that is being rendered shows something else from this moment on; called by its view."""
    g.hall_page_changes_at = min(moment, g.get("hall_page_changes_at", moment))


def seconds_until_change() -> float:
    """For how long the page that was just rendered shows what it should."""
    moment: datetime | None = g.get("hall_page_changes_at")
    return (moment - now()).total_seconds() if moment else math.inf


def cached_page_of(view: Callable[..., Any] | None) -> CachedPage | None:
    return getattr(view, "hall_cached_page", None)
