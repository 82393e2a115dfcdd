"""What an actor needs for an operation, wherever it is called from."""

from app.core.errors import Forbidden
from tenants.context import Actor

WRITE, PUBLISH, SHARE = "news.write", "news.publish", "news.share"


def require(actor: Actor, permission: str) -> None:
    """Raises `Forbidden` when the actor does not hold the permission in the running zone."""
    if not actor.may(permission):
        raise Forbidden
