"""Icons beside words are decoration: who listens to a page hears the words alone."""

import re

import pytest

PARTS = """{%% import "%s" as ui %%}{{ ui.button('Go', '/', icon='check') }}{{ ui.empty('calendar', 'None yet') }}"""


@pytest.mark.parametrize("parts", ["ui.html", "console/ui.html"])
def test_no_icon_of_a_button_or_an_empty_list_is_read_out(app, parts):
    with app.test_request_context():
        found = app.jinja_env.from_string(PARTS % parts).render()
    assert found.count("<svg") == 2
    assert found.count('aria-hidden="true"') == 2
    assert 'width="40"' in found
    assert not re.search("aria-label", found)
