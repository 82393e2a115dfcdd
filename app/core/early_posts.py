"""The mark of a post that very many send at one moment: it is done before Flask where nothing is in doubt."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Do = Callable[..., str | None]


def early_post(do: Do) -> Callable[[View], View]:
    """`do(**what the address names)` does what the view would, for the member who asks and in their scope, without a request.

    It returns the path the answer leads to (303), or None to leave the request to the view, which does and says the same. What it
    raises leaves it to the view as well, so it must be safe to repeat. Stands under the route, beside `@member_only`.
    """

    def mark(view: View) -> View:
        view.hall_early_post = do  # type: ignore[attr-defined]
        return view

    return mark


def early_post_of(view: Callable[..., Any] | None) -> Do | None:
    return getattr(view, "hall_early_post", None)
