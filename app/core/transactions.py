"""One transaction a request, committed in one place."""

from typing import Any

from apiflask import APIFlask
from flask import g
from flask.typing import ResponseReturnValue

from tenants.context import has_scope
from tenants.database import db


class TransactionalFlask(APIFlask):
    """Flask whose view runs in one transaction: committed when it answers, rolled back when it refuses or fails."""

    def dispatch_request(self) -> ResponseReturnValue:
        response = self.make_response(super().dispatch_request())
        if has_scope():
            finish(response.status_code < 400)
        return response


def finish(succeeded: bool) -> None:
    """End the running transaction; reads are committed too, since ROLLBACK drops prepared statements."""
    if not succeeded:
        db.session.rollback()
        return
    db.session.commit()
    for action in g.pop("after_commit", []):
        action()


def after_commit(action: Any) -> None:
    """Call `action` once the running request has committed; never if it does not."""
    g.setdefault("after_commit", []).append(action)
