"""A message of a member's with a picture, and an answer that staff use again, by the pages of any module with cases."""

import io
from uuid import UUID

from flask.testing import FlaskClient

from tenants.ids import uuid7
from tests.fixtures.answers import picture
from tests.fixtures.forms import fill


def write(module: str, case_id: UUID, member: FlaskClient, handler: FlaskClient) -> dict[str, UUID]:
    """Their ids, by table."""
    answer_id, message_id = uuid7(), uuid7()
    message = {
        "_once": str(message_id),
        "message": "材料要原件吗？",
        "message_file": (io.BytesIO(picture()), "材料.jpg"),
    }
    own, answers = f"/{module}/{case_id}", f"/console/{module}/answers"
    assert fill(member, own, post_to=f"{own}/messages", **message).status_code == 302
    assert fill(handler, answers, _once=str(answer_id), title="原件", body="复印件即可。").status_code == 302
    return {"case_answers": answer_id, "case_messages": message_id}
