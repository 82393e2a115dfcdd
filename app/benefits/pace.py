"""How often one account may send a form of benefits; each view counts for itself (`app.identity.limits`)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.identity.browser import own_transaction
from app.identity.limits import Limit, spend
from tenants.context import current_actor
from tenants.database import end_reading

View = Callable[..., ResponseReturnValue]
WINDOW = timedelta(minutes=10)


def paced(most: int) -> Callable[[View], View]:
    """The view, at most `most` times in ten minutes, counted before it does anything and whatever it answers."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(**values: Any) -> ResponseReturnValue:
            end_reading()
            with own_transaction():
                spend((Limit(str(request.endpoint), most, WINDOW), str(current_actor().account_id)))
            return view(**values)

        counted.hall_pace = most  # type: ignore[attr-defined]
        return counted

    return wrap
