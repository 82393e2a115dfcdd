"""The mark of a post that very many send at one moment: it is done before Flask where nothing is in doubt."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Do = Callable[..., str | None]


class EarlyPost(NamedTuple):
    """What a marked view has done, and whether that needs what was sent."""

    do: Do
    takes_form: bool


def early_post(do: Do, *, takes_form: bool = False) -> Callable[[View], View]:
    """`do(**what the address names)` does what the view would, for the member who asks and in their scope, without a request.

    If it `takes_form` it is also given what was sent (`form`, a `MultiDict`), and what is no short form is left to the view.

    It returns the path the answer leads to (303), or None to leave the request to the view, which does and says the same. What it
    raises leaves it to the view as well, so it must be safe to repeat. Stands under the route, beside `@member_only`.
    """

    def mark(view: View) -> View:
        view.hall_early_post = EarlyPost(do, takes_form)  # type: ignore[attr-defined]
        return view

    return mark


def early_post_of(view: Callable[..., Any] | None) -> EarlyPost | None:
    return getattr(view, "hall_early_post", None)
