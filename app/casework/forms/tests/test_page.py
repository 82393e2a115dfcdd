"""The page of a form: everything typed stays, rows come and go by its own buttons, what does not apply says so."""

import re
from typing import Any

import pytest
from flask import Flask, g
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from app.casework.forms import CaseForm
from app.casework.forms.page import AnswerForm
from app.casework.forms.tests.examples import HARDSHIP, HELP, TYPED
from app.core.i18n import rendering
from tests.fixtures.forms import typed

PAGE = """
{%- import "ui.html" as ui %}{% from "casework/fields.html" import fields %}
{%- call ui.open('/x') %}{{ ui.errors(form) }}{{ fields(case_form, form) }}{% endcall %}"""


class Sheet:
    """A form's page and what comes back from it."""

    def __init__(self, app: Flask, case_form: CaseForm = HARDSHIP, locale: str = "en") -> None:
        self.app, self.case_form, self.locale = app, case_form, locale

    def show(self, form: Any = None) -> str:
        with self.app.test_request_context("/"):
            g.shown_locale = self.locale
            template = self.app.extensions["themes"].get("harbor").from_string(PAGE)
            with rendering():
                return template.render(case_form=self.case_form, form=form or {"values": {}, "errors": {}})

    def send(self, data: Any, *, is_draft: bool = False) -> AnswerForm:
        with self.app.test_request_context("/x", method="POST", data=data):
            g.shown_locale = self.locale
            form = AnswerForm(self.case_form, is_draft=is_draft, besides={"consent": fields.String()})
            form.submit()
            self.step_at = form.step_at
            return form


@pytest.fixture
def sheet(app: Flask) -> Sheet:
    return Sheet(app)


def as_sent(answers: dict[str, Any]) -> MultiDict[str, str]:
    """What a browser sends of these answers."""
    sent: list[tuple[str, str]] = []
    for key, value in answers.items():
        if key == "household":
            sent += [(f"household-{n}-{name}", text) for n, row in enumerate(value) for name, text in row.items()]
        else:
            sent += [(key, each) for each in (value if isinstance(value, list) else [value])]
    return MultiDict(sent)


def test_page_gives_back_exactly_what_was_typed(sheet):
    wrong = {**TYPED, "monthly_income": "very <little>", "since": "last spring", "own_costs": "?", "reason": "",
             "income_sources": ["wages", "allowance"]}  # fmt: skip
    form = sheet.send(as_sent(wrong))
    assert set(form.errors) == {"monthly_income", "since", "reason"}
    back = typed(sheet.show(form), "/x")
    back.pop("csrf_token")
    again = sheet.send(back)
    assert (again.values, again.errors) == (form.values, form.errors)
    assert again.values["household"] == TYPED["household"]


def test_complete_page_is_accepted(sheet):
    form = sheet.send(as_sent(TYPED))
    assert not form.errors
    assert form.data["household"][0] == {"name": "陈小明", "relation": "child", "has_work": False}
    assert form.data["income_sources"] == ["wages", "allowance"]


@pytest.mark.parametrize("kind", HELP)
def test_todays_kinds_of_help_are_shown(app, kind):
    page = Sheet(app, HELP[kind]).show()
    for name in ("household_size", "monthly_income", "contact_phone", "description", "amount_requested"):
        assert f'id="field-{name}"' in page
    assert "data-when" not in page
    assert "fields.js" not in page


def test_fault_of_a_row_is_told_at_its_field_and_linked(sheet):
    data = as_sent(TYPED)
    data["household-1-income"] = "a lot"
    form = sheet.send(data)
    assert set(form.errors) == {"household-1-income"}
    page = sheet.show(form)
    assert re.search(r'<a href="#field-household-1-income" data-said="[^"]+">Row 2: ', page)
    field = re.search(r'<input[^>]*id="field-household-1-income"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'value="a lot"' in field[0]


def test_fault_of_a_whole_list_is_told_at_the_list(sheet):
    form = sheet.send(as_sent({**TYPED, "household": [{"name": " "}]}))
    page = sheet.show(form)
    assert '<a href="#field-household">' in page
    assert re.search(r'<fieldset[^>]*id="field-household"[^>]*aria-describedby="hint-household error-household"', page)


def test_row_is_added_by_a_button_with_everything_kept(sheet):
    form = sheet.send(as_sent({**TYPED, "step": "add:household"}), is_draft=True)
    assert form.data["household"] == [*TYPED["household"], {}]
    assert sheet.step_at == "field-household-2-name"
    page = sheet.show(form)
    assert 'id="field-household-2-name"' in page
    back = typed(page, "/x")
    assert sheet.send(back, is_draft=True).data == form.data


def test_blanks_and_what_nobody_can_see_are_taken_off_in_rows_too(sheet):
    data = as_sent(TYPED)
    data["household-0-name"], data["household-0-resident_id"] = " 陈小明\0 ", "  "
    assert sheet.send(data, is_draft=True).values["household"] == TYPED["household"]


def test_what_is_handed_in_besides_is_shown_again_with_a_draft_and_not_kept(sheet):
    form = sheet.send(as_sent({**TYPED, "consent": "1", "step": "add:household"}), is_draft=True)
    assert form.values["consent"] == "1"
    assert "consent" not in form.data


def test_row_is_removed_by_its_button_and_the_others_move_up(sheet):
    form = sheet.send(as_sent({**TYPED, "step": "remove:household:0"}), is_draft=True)
    assert form.data["household"] == TYPED["household"][1:]
    assert sheet.step_at == "field-household"
    page = sheet.show(form)
    assert "李阿姨" in page
    assert "陈小明" not in page


@pytest.mark.parametrize("step", ["add:debts", "add:nothing", "remove:household", "remove:household:7", "x", "add:"])
def test_button_that_is_none_changes_nothing(sheet, step):
    form = sheet.send(as_sent({**TYPED, "step": step}), is_draft=True)
    assert form.data["household"] == TYPED["household"]


def test_no_more_rows_are_added_than_there_may_be(sheet):
    full = {**TYPED, "household": [TYPED["household"][0]] * 8, "step": "add:household"}
    form = sheet.send(as_sent(full), is_draft=True)
    assert len(form.data["household"]) == 8
    assert 'value="add:household"' not in sheet.show(form)


def test_required_list_begins_with_one_row(sheet):
    page = sheet.show()
    assert 'id="field-household-0-name"' in page
    assert 'id="field-household-1-name"' not in page


def test_what_depends_on_an_answer_says_so_in_the_readers_language(app, sheet):
    assert "Only if “Do you have debts” is “Yes”" in sheet.show()
    assert "Only if “What you had to pay yourself” is over ¥50,000.00" in sheet.show()
    assert "仅在“是否有欠款”为“是”时需要" in Sheet(app, locale="zh_CN").show()


def test_script_is_told_conditions_by_the_names_on_the_page(sheet):
    page = sheet.show(sheet.send(as_sent(TYPED)))
    assert """data-when='["is", "has_debts", "yes"]'""" in page
    assert """data-when='["is", "household-1-has_work", "yes"]'""" in page
    assert """data-when='["over", "own_costs", 50000.0]'""" in page
    assert page.count("fields.js") == 1


def test_day_that_no_date_field_can_show_is_shown_as_text(sheet):
    page = sheet.show({"values": {"since": "last spring", "child_born_on": "2018-06-01"}, "errors": {}})
    kinds = dict(re.findall(r'name="(since|child_born_on)" type="(\w+)"', page))
    assert kinds == {"since": "text", "child_born_on": "date"}
