"""A form sent after the session has ended: nothing is done, and nothing of what was typed is lost."""

import re
from html import unescape

from app.identity.gate import session_cookie_name
from app.modules.help.models import Application
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

    answer = member.post(PATH, data=form)
    assert answer.status_code == 401
    assert "登录已失效" in answer.text
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
        assert db.session.execute(db.select(db.func.count(Application.id))).scalar_one() == 1
        db.session.commit()


def test_who_brings_no_form_of_ours_is_sent_to_sign_in(world):
    zone = world.zone()
    answer = world.client(zone).post(PATH, data={"description": STORY})
    assert (answer.status_code, answer.location) == (302, "/session/begin?next=/")
