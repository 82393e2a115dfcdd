"""A declared form in a real browser: what depends on an answer comes and goes with it, and all works without scripts."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, Route, expect

from app.casework.forms.page import AnswerForm
from app.casework.forms.tests.examples import HARDSHIP, say
from app.core.access import public
from app.core.config import Settings
from app.core.i18n import rendering
from app.core.places import Place, PlacedBlueprint
from app.core.theming import current_document
from app.factory import create_app
from tenants.context import Plane
from tenants.database import db
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.test_large_text import MEASURE
from tests.fixtures.world import Browser, World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRIAL = """{% extends "layout/page.html" %}{% from "casework/fields.html" import fields %}
{% block title %}{{ title }}{% endblock %}
{% block content %}{{ ui.errors(form) }}
{% call ui.open('/trial') %}<button class="hall-sr" type="submit" tabindex="-1" aria-hidden="true"></button>
{{ fields(form.case_form, form) }}{{ ui.submit(title) }}{% endcall %}{% endblock %}"""


pages = PlacedBlueprint("trial", __name__, place=Place.ZONE, plane=Plane.MEMBER, enable_openapi=False)


@pages.route("/trial", methods=["GET", "POST"])
@public
def trial() -> ResponseReturnValue:
    """A form and nothing else: a complete one leads to the front page."""
    form = AnswerForm(HARDSHIP, is_draft="step" in request.form)
    if request.method == "POST" and form.submit() and not form.step_at:
        return redirect("/")
    context = {"form": form, "title": say("困难帮扶申请", "Family hardship")}
    current_app.update_template_context(context)
    template = current_app.extensions["themes"].get(current_document().theme).from_string(TRIAL)
    with rendering():
        return template.render(context)


@pytest.fixture(scope="module")
def trial_app(settings: Settings) -> Iterator[Flask]:
    """The application with the trial's page in every zone."""
    app = create_app(settings)
    app.register_blueprint(pages)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def open_trial(world: World, trial_app: Flask, open_page) -> Callable[..., Page]:
    """Opens the trial in a browser, whose requests the application answers in this process."""
    client = Browser(trial_app)
    client.host = world.zone().host
    client.environ_base["HTTP_ORIGIN"] = f"http://{client.host}"

    def answer(route: Route) -> None:
        asked = route.request
        with client.open(
            asked.url.removeprefix(f"http://{client.host}"),
            method=asked.method,
            data=asked.post_data_buffer,
            headers={
                name: value
                for name, value in asked.all_headers().items()
                if name in ("content-type", "accept-language")
            },
        ) as answered:
            headers = {name.lower(): value for name, value in answered.headers}
            route.fulfill(status=answered.status_code, headers=headers, body=answered.data)

    def open_trial(
        locale: str = "zh-CN", *, size: dict[str, int] = PHONE, scripts: bool = True, large: bool = False
    ) -> Page:
        client.get(f"/display?text={'large' if large else 'normal'}&next=/trial").close()
        page = open_page(size, locale, scripts=scripts)
        page.route("**/*", answer)
        page.goto(f"http://{client.host}/trial")
        return page

    return open_trial


def fill_in_wrongly(page: Page) -> None:
    page.locator("#field-household-0-name").fill("陈小明")
    page.get_by_role("button", name="添加一位家人").click()
    expect(page.locator("#field-household-0-name")).to_have_value("陈小明")
    page.locator("#field-household-1-name").fill("李阿姨")
    page.locator("#field-monthly_income").fill("很少")
    page.locator("[name=reason][value=illness]").check()
    page.get_by_role("button", name="困难帮扶申请").click()
    page.locator(".hall-errors").wait_for()


def test_without_scripts_all_is_shown_and_says_when_it_applies(open_trial):
    page = open_trial(scripts=False)
    for name in ("debts", "illness_of", "child_born_on", "costs_reason", "household-0-income"):
        expect(page.locator(f"#field-{name}")).to_be_visible()
    expect(page.get_by_text("仅在“是否有欠款”为“是”时需要")).to_be_visible()
    fill_in_wrongly(page)
    expect(page.locator("#field-household-1-name")).to_have_value("李阿姨")
    expect(page.locator("#field-monthly_income")).to_have_value("很少")
    page.get_by_role("button", name="移除 家庭成员 1").click()
    expect(page.locator("#field-household-0-name")).to_have_value("李阿姨")
    expect(page.locator("#field-household-1-name")).to_have_count(0)
    expect(page.locator(".hall-errors")).to_have_count(0)


def test_with_scripts_fields_come_and_go_with_the_answers_they_depend_on(open_trial):
    page = open_trial()
    illness_of, born_on, reason = (
        page.locator(f"#field-{name}") for name in ("illness_of", "child_born_on", "costs_reason")
    )
    expect(page.get_by_text("时需要")).to_have_count(5)
    for note in page.get_by_text("时需要").all():
        expect(note).to_be_hidden()
    expect(illness_of).to_be_hidden()
    page.locator("[name=reason][value=illness]").check()
    expect(illness_of).to_be_visible()
    expect(born_on).to_be_hidden()
    page.locator("[name=illness_of][value=child]").check()
    expect(born_on).to_be_visible()
    for typed, is_asked in (("5万", False), ("５０，０００．０１元", True), ("很多", False), ("5.1万", True)):
        page.locator("#field-own_costs").fill(typed)
        expect(reason).to_be_visible(visible=is_asked)
    page.locator("[name=reason][value=accident]").check()
    for field in (illness_of, born_on, reason):
        expect(field).to_be_hidden()
    page.locator("[name=reason][value=illness]").check()
    expect(page.locator("#field-own_costs")).to_have_value("5.1万")


def test_condition_within_a_row_moves_that_row_alone(open_trial):
    page = open_trial()
    page.get_by_role("button", name="添加一位家人").click()
    page.locator("[name=household-1-has_work][value=yes]").check()
    expect(page.locator("#field-household-1-income")).to_be_visible()
    expect(page.locator("#field-household-0-income")).to_be_hidden()


def test_what_is_wrong_is_told_with_its_field_and_row_and_leads_there(open_trial):
    page = open_trial()
    fill_in_wrongly(page)
    expect(page.locator("#field-illness_of")).to_be_visible()
    page.get_by_role("link", name="家庭成员 2 与本人关系：请填写此项。").click()
    expect(page.locator("#field-household-1-relation")).to_be_in_viewport()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_large_text_is_large_enough_and_fits(open_trial, size, locale):
    page = open_trial(locale, size=size, scripts=False, large=True)
    expect(page.locator("html.large-text #field-costs_reason")).to_be_visible()
    found = page.evaluate(MEASURE)
    assert found["small"] == found["low"] == []
    assert found["width"] <= size["width"]
