"""Telling a story on the pages: the handler writes and asks, the member agrees, a second person publishes."""

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.stories.models import StoryDraft
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields, send, typed

TITLE = "小周拿回了工钱"
BODY = (
    "小周在一家小厂做了几年，厂里说订单少，工钱一拖再拖。他来工会问该怎么办，工会帮他理清材料，请了律师，"
    "陪他走完仲裁。最后钱拿回来了，他说心里的石头落了地。"
)


def write(staff: FlaskClient, page: str, title: str = TITLE, body: str = BODY) -> TestResponse:
    """`page` is the case's at the desk."""
    return send(staff, f"{page}/story", title=title, body=body)


def ask(staff: FlaskClient, page: str) -> TestResponse:
    return staff.post(f"{page}/story/ask", data=hidden_fields(staff, f"{page}/story"))


def answer(member: FlaskClient, page: str, said: str, **more: str) -> TestResponse:
    own = page.removeprefix("/console")
    form = typed(member.get(own).text, f"{own}/story", story_answer=said, **more)
    return member.post(f"{own}/story", data=form)


def publish(staff: FlaskClient, page: str) -> TestResponse:
    return staff.post(f"{page}/story/publish", data=hidden_fields(staff, f"{page}/story"))


def draft_of(zone: ZoneFacts, case_id: UUID) -> StoryDraft:
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(select(StoryDraft).where(StoryDraft.case_id == case_id)).scalar_one()


def tell(
    zone: ZoneFacts, writer: FlaskClient, publisher: FlaskClient, member: FlaskClient, page: str, case_id: UUID
) -> UUID:
    """The id of the published story."""
    for done in (write(writer, page), ask(writer, page), answer(member, page, "agreed"), publish(publisher, page)):
        assert done.status_code == 302, done.text
    page_id = draft_of(zone, case_id).page_id
    assert page_id is not None
    return page_id
