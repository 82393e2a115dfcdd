"""Programs at the gate: they speak to the API with a bearer token; a browser's cookie means nothing there."""

from flask import request

from app.identity.api_tokens import actor_of_token
from app.identity.browser import client_address
from app.identity.errors import InvalidToken
from tenants.context import ANONYMOUS, Actor, Plane, ZoneFacts, scope
from tenants.database import db


def is_api() -> bool:
    return request.path.startswith("/api/")


def find_token_actor(zone: ZoneFacts | None) -> Actor:
    """Who the request's token speaks for in the zone; anonymous without one. Raises `InvalidToken`, `TooMany`."""
    header = request.headers.get("Authorization", "")
    if not header or zone is None:
        return ANONYMOUS
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken
    with scope(Plane.IDENTITY, zone=zone):
        actor = actor_of_token(token.strip(), client_address())
        db.session.commit()
    if actor is None:
        raise InvalidToken
    return actor
