"""The mark of a page that is rendered once for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

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


def cached_page_of(view: Callable[..., Any] | None) -> CachedPage | None:
    return getattr(view, "hall_cached_page", None)
