"""The mark of a post that very many send at one moment: it is done before Flask where nothing is in doubt."""

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, Protocol, TypeVar

LONGEST_WAIT = 20.0
"""Seconds for which anybody waits for an answer."""

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])


class Coming(Protocol):
    """An answer that another thread will give."""

    def when_told(self, call: Callable[[], None]) -> None:
        """Have `call` called by whichever thread gives the answer, or at once where it is there; it may be called twice."""

    def wait(self) -> None:
        """Until the answer is there, or given up."""

    def give_up(self) -> None:
        """Want no answer any more: the steps that go on hear that it did not come."""


Steps = Generator[Coming, None, T]
"""What is done in steps: it hands over what it waits for, goes on once that has been told, and returns what came of it."""
Do = Callable[..., Steps[str | None]]
Knows = Callable[..., str | None]
"""What a process remembers of a post: the endpoint of the page that says what came of it, or None where it is to be done."""


def at_last(steps: Steps[T]) -> T:
    """Take the steps to their end in this thread, waiting as often as it must. Raises what they raise."""
    while True:
        try:
            coming = next(steps)
        except StopIteration as end:
            return end.value
        coming.wait()


class EarlyPost(NamedTuple):
    """What a marked view has done, whether that needs what was sent, and what may be known before."""

    do: Do
    takes_form: bool
    knows: Knows | None


def early_post(do: Do, *, takes_form: bool = False, knows: Knows | None = None) -> Callable[[View], View]:
    """`do(**what the address names)` does in steps what the view would, for the member who asks and in their scope, without a request.

    If it `takes_form` it is also given what was sent (`form`, a `MultiDict`), and what is no short form is left to the view.

    It returns the path the answer leads to (303), or None to leave the request to the view, which does and says the same. What it
    raises leaves it to the view as well, so it must be safe to repeat; so does a step that needs the database itself, instead of
    handing it to a thread and waiting. Stands under the route, beside `@member_only`.

    What `knows(zone_id, member_id, **what the address names)` has an answer to is not done at all: a page of the same names is led
    to. That changes nothing, so nobody asks whether a form of ours was sent, and it runs outside any scope.
    """

    def mark(view: View) -> View:
        view.hall_early_post = EarlyPost(do, takes_form, knows)  # type: ignore[attr-defined]
        return view

    return mark


def early_post_of(view: Callable[..., Any] | None) -> EarlyPost | None:
    return getattr(view, "hall_early_post", None)
