"""What a form of a page asks for is done; what the rules refuse is shown on the page again, with what was typed."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish

Passing = tuple[type[DomainError], ...]


def answer_form(
    form: Form, do: Callable[[], Any], page: Callable[[], str], *, done: str, then: str, passing: Passing = (NotFound,)
) -> ResponseReturnValue:
    """Do what the form asks, say that it is `done`, and lead on to `then`; of a form that is refused, the `page` again.

    Refusals that are `passing` have pages of their own, since there is nothing to show the form on.
    """
    if not form.submit():
        return page(), 422
    try:
        do()
    except passing:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return page(), refusal.status
    flash(done, "success")
    return redirect(then)
