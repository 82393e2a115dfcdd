"""A form sent after the session has ended: nothing is done, and nothing of what was typed is lost."""

import io
import re
from html import unescape

from app.casework.models import Case
from app.identity.gate import session_cookie_name
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields

STORY = "父亲住院，家里只有我一个人上班 <b>急</b>"
PATH = "/help/apply/hardship"


def typed_on(page: str) -> dict[str, str]:
    """What the page that gives a form back holds, ready to be sent again."""
    kept = {
        name: unescape(value)
        for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    }
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return {**kept, "csrf_token": token[1]}


def test_what_was_typed_survives_the_end_of_the_session(world):
    zone = world.zone()
    person = world.member(zone)
    member = world.client(zone, person)
    form = {**hidden_fields(member, PATH), "description": STORY, "action": "save"}
    name, domain = session_cookie_name("http"), zone.host.partition(":")[0]
    member.delete_cookie(name, domain=domain)
    member.delete_cookie("form", domain=domain)  # as signing out in another tab does

    answer = member.post(PATH, data=form)
    assert answer.status_code == 401
    assert "登录已失效" in answer.text
    assert "登录已经失效，本次操作没有执行" in answer.text
    assert 'href="/session/begin?next=' in answer.text
    kept = typed_on(answer.text)
    assert kept["description"] == STORY

    again = world.client(zone, person).get_cookie(name, domain=domain)
    assert again
    member.set_cookie(name, again.value, domain=domain)
    sent = member.post(PATH, data=kept)
    assert sent.status_code == 302
    assert STORY[:6] in unescape(member.get(PATH).text)
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(db.select(db.func.count(Case.id))).scalar_one() == 1
        db.session.commit()


def test_who_loses_nothing_is_sent_to_sign_in(world):
    zone = world.zone()
    answer = world.client(zone).post(PATH)
    assert (answer.status_code, answer.location) == (302, "/session/begin?next=/")


class Counted(io.BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data

    def readinto(self, buffer, /) -> int:
        taken = super().readinto(buffer)
        self.taken += taken
        return taken


def form_with_a_file(**fields: str) -> tuple[Counted, dict[str, str]]:
    """A form with a file of 20 MB, as a browser sends it."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()
    ]
    file = '--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = "".join([*parts, file]).encode() + b"j" * 20_000_000 + b"\r\n--edge--\r\n"
    length = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "multipart/form-data; boundary=edge"}
    return Counted(body), length


def test_a_stranger_s_large_form_is_left_unread_and_said_to_be(world):
    zone = world.zone()
    stranger = world.client(zone)
    stranger.set_cookie("form", "anything", domain=zone.host.partition(":")[0])
    body, headers = form_with_a_file(description=STORY)
    answer = stranger.post(PATH, input_stream=body, environ_overrides=headers)
    assert answer.status_code == 401
    assert body.taken == 0
    assert STORY[:6] not in answer.text
    assert "刷新" in answer.text
    assert 'href="/session/begin?next=' in answer.text


def test_what_a_stranger_may_send_anywhere_is_bounded(world):
    """Also where anybody may send a form, and its token is looked for."""
    body, headers = form_with_a_file(phone="13800138000")
    assert (
        world.client("id.hall.test").post("/sign-in", input_stream=body, environ_overrides=headers).status_code == 413
    )
    assert body.taken == 0


def test_who_is_signed_in_sends_as_much_as_before(world):
    zone = world.zone()
    member = world.client(zone, world.member(zone))
    body, headers = form_with_a_file(description=STORY)
    answer = member.post(PATH, input_stream=body, environ_overrides=headers)
    assert answer.status_code == 400  # no token
    assert STORY[:6] in unescape(answer.text)
