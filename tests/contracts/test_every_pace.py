"""No form of cases is sent as often as somebody likes: each counts for itself, by account."""

from contextlib import closing
from datetime import timedelta

import pytest
from werkzeug.routing import Rule

from app.casework.kinds import all_kinds
from app.casework.pace import BY_HAND, PAGE_BY_PAGE
from app.core.clock import now
from app.core.pdf_files import MOST_PAGES
from app.identity import limits
from app.identity.browser import SAFE_METHODS
from app.identity.limits import Limit
from tests.fixtures.forms import token_of

IN_CLEAR = {"reveal", "save_unmarked", "save_original", "break_glass", "take_out", "reveal_account"}
NONE = Limit("", 0, timedelta(0))
WHOLE_LISTS = {"export", "export_overview", "export_fees", "take_out_batch", "take_out_batches"}


def forms_of_cases(app) -> list[Rule]:
    """The routes that take forms, of every module with cases."""
    with app.app_context():
        blueprints = {name for kind in all_kinds() for name in (kind.module, f"console_{kind.module}")}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in blueprints and (rule.methods or set()) - SAFE_METHODS
    ]


def limit_of(app, rule: Rule) -> Limit:
    return getattr(app.view_functions[rule.endpoint], "hall_limit", NONE)


def test_every_form_of_cases_has_a_limit_of_its_own(app):
    found = forms_of_cases(app)
    assert len(found) > 100
    assert [rule.endpoint for rule in found if limit_of(app, rule) is NONE] == []
    assert {limit_of(app, rule).name for rule in found} == {rule.endpoint for rule in found}


def test_every_form_of_benefits_has_a_limit(app):
    benefits = ("benefits.", "console_benefits.", "city_benefits.")
    found = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(benefits) and (rule.methods or set()) - SAFE_METHODS
    ]
    assert len(found) > 40
    assert [name for name in found if not getattr(app.view_functions[name], "hall_pace", 0)] == []


def test_what_shows_people_in_clear_or_whole_lists_goes_slower_than_work_by_hand(app):
    hourly = {rule.endpoint.partition(".")[2]: limit_of(app, rule) for rule in forms_of_cases(app)}
    assert hourly.keys() >= IN_CLEAR | WHOLE_LISTS
    for name in IN_CLEAR | WHOLE_LISTS:
        limit = hourly[name]
        assert limit.per == timedelta(hours=1), name
        assert limit.most < BY_HAND.most * (limit.per / BY_HAND.per), name


def test_pages_are_drawn_for_nobody_as_often_as_they_like(app):
    drawn = [name for name in app.view_functions if name.endswith(".page_picture")]
    assert len(drawn) > 3
    assert {app.view_functions[name].hall_limit for name in drawn} == {
        Limit(name, PAGE_BY_PAGE.most, PAGE_BY_PAGE.per) for name in drawn
    }
    assert PAGE_BY_PAGE.most > MOST_PAGES


@pytest.fixture
def at_one_moment(monkeypatch):
    """A window that ends while the test runs would let more through."""
    moment = now()
    monkeypatch.setattr(limits, "now", lambda: moment)


@pytest.mark.usefixtures("at_one_moment")
def test_past_its_limit_a_form_is_refused_to_that_account_alone_and_gives_back_what_was_typed(app, world):
    zone = world.zone()
    admin, other = (world.client(zone, world.staff(zone, "zone_admin")) for _ in range(2))

    def export(client) -> int:
        typed = {"csrf_token": token_of(client, "/console/help/"), "state": "all", "q": "王" * 40}
        with closing(client.post("/console/help/export", data=typed)) as answer:
            if answer.status_code == 429:
                assert int(answer.headers["Retry-After"]) > 0
                assert "王" * 40 in answer.text
            return answer.status_code

    most = app.view_functions["console_help.export"].hall_limit.most
    assert {export(admin) for _ in range(most)} == {200}
    assert export(admin) == 429
    assert export(other) == 200
    assert admin.get("/console/help/").status_code == 200
