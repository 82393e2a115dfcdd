"""What is wrong with a form is said in a list, also where there is no script: of rows that are alike each says which one it is."""

import re

FAULTS = """{% import "form_parts.html" as parts %}{{ parts.faults({'errors': {'title': ['Too long.'], 'slides-1-title': ['Missing.'], 'a-b-c': ['Odd.']}}) }}"""


def test_a_fault_in_a_row_names_the_row(app):
    with app.test_request_context():
        found = app.jinja_env.from_string(FAULTS).render()
    assert [" ".join(re.sub("<[^>]+>", "", each).split()) for each in found.split("<li>")[1:]] == [
        "Too long.", "第 2 行：Missing.", "Odd.",
    ]  # fmt: skip
    assert 'href="#field-slides-1-title"' in found
