"""A desk for tests: writes articles as staff would, and reads pages as a browser does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask.testing import FlaskClient

from app.modules.news.operations import Content, publish_article, write_article
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7

CHIEF = Actor(account_id=uuid7(), name="主编", permissions=frozenset({"news.write", "news.publish", "news.share"}))
WRITER = Actor(account_id=uuid7(), name="小编", permissions=frozenset({"news.write"}))


@contextmanager
def at_desk(zone: ZoneFacts, actor: Actor = CHIEF, plane: Plane = Plane.STAFF) -> Iterator[Actor]:
    """The staff plane of a zone; what was done is committed."""
    with scope(plane, zone=zone, actor=actor):
        yield actor
        db.session.commit()


def draft(zone: ZoneFacts, title: str = "稿件", body: str = "<p>正文</p>", **content: object) -> UUID:
    with at_desk(zone) as actor:
        return write_article(actor, Content(title=title, body=body, **content))  # type: ignore[arg-type]


def published(zone: ZoneFacts, title: str = "已发布", body: str = "<p>正文</p>", **content: object) -> UUID:
    article_id = draft(zone, title, body, **content)
    with at_desk(zone) as actor:
        publish_article(actor, article_id)
    return article_id


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has no form"
    return found[1]


def send(client: FlaskClient, path: str, *, form_at: str = "", **fields: object):
    """Post a form with the token its page gave out."""
    return client.post(path, data={"csrf_token": csrf_token(client, form_at or path), **fields})
