"""Posts that are done before Flask: only of whom the gate would let in, and everything in doubt is left to Flask."""

from contextlib import nullcontext

import pytest
import time_machine
from sqlalchemy import select

from app.core.access import MEMBER, access_of
from app.core.clock import now
from app.core.early_posts import early_post_of
from app.core.places import blueprint_of
from app.identity.models import Session
from app.identity.operations import revoke_session
from app.modules.events.kinds.claim import claiming
from app.modules.events.models import Entry
from app.modules.events.tests.fair import SOON, Fair
from app.site.cached_pages.tests.conftest import change_zone, publish
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token
from tests.fixtures.through_the_door import serving


@pytest.fixture(params=["behind a WSGI server", "through the door"], autouse=True)
def _way_in(request, app):
    """Posts are done the same way whichever server calls."""
    with serving(app) if request.param == "through the door" else nullcontext():
        yield


@pytest.fixture
def hot(world):
    """A zone with a campaign that has just opened, and where its button is sent to."""
    zone = world.zone(modules=("events",))
    fair = Fair(zone, world)
    with time_machine.travel(now() - SOON):
        campaign_id = fair.announced()
    return fair, f"/events/claim/{campaign_id}"


def button_of(world, zone, person) -> tuple:
    """A member's browser that has been here before, and its token."""
    browser = world.client(zone, person)
    assert browser.get("/me").status_code == 200
    return browser, csrf_token(browser)


def is_early(response) -> bool:
    """Flask's own redirects have a page that says where they lead."""
    return response.status_code == 303 and response.data == b""


def test_marked_views_are_for_members_of_zones_alone(app):
    marked = [
        rule for rule in app.url_map.iter_rules() if early_post_of(view := app.view_functions[rule.endpoint])
        and rule.methods is not None and "POST" in rule.methods and access_of(view) == MEMBER
    ]  # fmt: skip
    assert marked
    assert len(marked) == sum(1 for view in app.view_functions.values() if early_post_of(view))
    for rule in marked:
        blueprint = blueprint_of(app, rule.endpoint)
        assert blueprint is not None
        assert blueprint.plane is Plane.MEMBER
        assert blueprint.module


@pytest.mark.parametrize("way", ["field", "header"])
def test_a_members_button_is_done_early_and_as_flask_does_it(world, hot, way):
    fair, path = hot
    browser, token = button_of(world, fair.zone, person := world.member(fair.zone))
    sent = {"data": {"csrf_token": token}} if way == "field" else {"headers": {"X-CSRFToken": token}}
    early = browser.post(path, **sent)
    assert is_early(early)
    other = world.client(fair.zone, world.member(fair.zone))
    by_flask = other.post(path, data={"csrf_token": csrf_token(other)})
    assert not is_early(by_flask), "this process has not met them before"
    assert early.location == by_flask.location == path
    with fair.work():
        assert person.member_id in set(db.session.scalars(select(Entry.member_id)))


def test_the_button_to_wait_is_done_early_too(world, hot):
    fair, path = hot
    browser, token = button_of(world, fair.zone, world.member(fair.zone))
    waited = browser.post(f"{path}/wait", data={"csrf_token": token})
    assert is_early(waited)
    assert waited.location == path


@pytest.mark.parametrize(
    "doubt",
    ["no token", "another browser's token", "another secret's token", "no cookie", "another origin", "no origin", "a long form", "an API's token"],
)  # fmt: skip
def test_a_form_that_is_not_plainly_ours_is_left_to_flask(world, hot, doubt):
    fair, path = hot
    browser, token = button_of(world, fair.zone, world.member(fair.zone))
    data, headers = {"csrf_token": token}, {}
    if doubt == "no token":
        data = {}
    elif doubt == "another browser's token":
        with browser.session_transaction(base_url=f"http://{browser.host}") as kept:
            kept["csrf_token"] = "d" * 40
    elif doubt == "another secret's token":
        data = {"csrf_token": token[:-3] + "AAA"}
    elif doubt == "no cookie":
        browser.delete_cookie("form", domain=browser.host.partition(":")[0])
    elif doubt == "another origin":
        headers = {"Origin": f"http://other.{browser.host}"}
    elif doubt == "no origin":
        browser.environ_base.pop("HTTP_ORIGIN")
    elif doubt == "a long form":
        data["more"] = "x" * 5_000
    else:
        headers = {"Authorization": "Bearer nothing"}
    assert not is_early(browser.post(path, data=data, headers=headers))
    with fair.work():
        entered = db.session.scalar(select(db.func.count()).select_from(Entry))
    assert entered == (1 if doubt in ("a long form", "an API's token") else 0)


def test_who_is_not_let_in_is_left_to_flask(world, hot):
    fair, path = hot
    stranger = world.client(fair.zone)
    assert not is_early(stranger.post(path, data={"csrf_token": csrf_token(stranger)}))
    outsider = world.client(fair.zone, world.member(world.union()))
    outsider.get("/")
    assert outsider.post(path, data={"csrf_token": csrf_token(outsider)}).status_code == 403
    browser, token = button_of(world, fair.zone, person := world.member(fair.zone))
    with scope(Plane.IDENTITY):
        session_id = db.session.scalars(select(Session.id).where(Session.account_id == person.account_id)).one()
        revoke_session(person.account_id, session_id)
        db.session.commit()
    assert not is_early(browser.post(path, data={"csrf_token": token}))
    assert fair.entrants(fair.campaign(path.rpartition("/")[2]).id) == set()


@pytest.mark.parametrize("state", [ZoneState.READ_ONLY, ZoneState.SUSPENDED])
def test_a_zone_that_takes_nothing_takes_nothing_early(world, hot, state):
    fair, path = hot
    browser, token = button_of(world, fair.zone, world.member(fair.zone))
    change_zone(fair.zone, state=state)
    assert not is_early(browser.post(path, data={"csrf_token": token}))
    change_zone(fair.zone, state=ZoneState.ACTIVE)
    assert fair.entrants(fair.campaign(path.rpartition("/")[2]).id) == set()


def test_another_zones_campaign_is_not_there(world, hot):
    _fair, path = hot
    neighbour = world.zone(modules=("events",))
    browser, token = button_of(world, neighbour, world.member(neighbour))
    assert browser.post(path, data={"csrf_token": token}).status_code == 404


def test_a_module_that_is_off_does_nothing_early(world, hot):
    fair, path = hot
    browser, token = button_of(world, fair.zone, world.member(fair.zone))
    publish(fair.zone, modules={})
    assert browser.post(path, data={"csrf_token": token}).status_code == 404
    assert fair.entrants(fair.campaign(path.rpartition("/")[2]).id) == set()


def test_who_presses_too_often_is_told_to_wait(world, hot):
    fair, path = hot
    browser, token = button_of(world, fair.zone, world.member(fair.zone))
    with time_machine.travel(now(), tick=False):
        found = [browser.post(path, data={"csrf_token": token}).status_code for _ in range(32)]
    assert found == [303] * 30 + [429] * 2


@pytest.fixture
def gone(world, monkeypatch):
    """A zone whose only voucher went to a member a moment ago, where its button is sent to, and that member's browser."""
    monkeypatch.setattr(claiming, "REMEMBERED", 60.0)
    zone = world.zone(modules=("events",))
    fair = Fair(zone, world)
    with time_machine.travel(now() - SOON):
        path = f"/events/claim/{fair.announced(batch_id=fair.approved(stock=1))}"
    holder, token = button_of(world, zone, world.member(zone))
    assert holder.post(path, data={"csrf_token": token}).location == path
    late, token = button_of(world, zone, world.member(zone))
    assert late.post(path, data={"csrf_token": token}).location == f"{path}/all-taken"
    yield fair, path, holder
    claiming._gone.clear()


def test_what_is_known_is_told_without_asking_for_a_form_and_changes_nothing(world, gone, monkeypatch):
    fair, path, holder = gone
    browser, _token = button_of(world, fair.zone, world.member(fair.zone))
    with monkeypatch.context() as patched:
        patched.setattr(claiming, "_claims", None)  # asks nobody
        told = [each.post(path) for each in (browser, holder)]
    assert [(is_early(each), each.location) for each in told] == [(True, f"{path}/all-taken"), (True, path)]
    assert len(fair.entrants(fair.campaign(path.rpartition("/")[2]).id)) == 1
    claiming._gone.clear()
    assert browser.post(path).status_code == 400, "what is to be done needs a form of ours"


def test_what_is_known_is_told_to_members_who_ask_from_here_alone(world, gone):
    fair, path, _holder = gone
    browser, _token = button_of(world, fair.zone, world.member(fair.zone))
    assert not is_early(browser.post(path, headers={"Origin": f"http://other.{browser.host}"}))
    assert not is_early(world.client(fair.zone).post(path))
    outsider = world.client(fair.zone, world.member(world.union()))
    outsider.get("/")
    assert not is_early(outsider.post(path))
    neighbour = world.zone(modules=("events",))
    elsewhere, _token = button_of(world, neighbour, world.member(neighbour))
    assert not is_early(elsewhere.post(path))
    change_zone(fair.zone, state=ZoneState.READ_ONLY)
    assert not is_early(browser.post(path))
    change_zone(fair.zone, state=ZoneState.ACTIVE)
