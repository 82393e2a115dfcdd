"""Rows of tables, whose cells name their columns."""

from markupsafe import Markup

from app.site.tables import labelled

NAME, NUMBER, DEEDS = {"title": "Name"}, {"title": "<Number>", "align": "end"}, {"title": "Deeds", "hidden": True}


def test_every_cell_says_which_column_it_stands_in():
    rows = Markup('<tr><th scope="row">A</th><td class="num">1</td></tr><tr><td>B</td><td></td></tr>')
    assert labelled(rows, [NAME, NUMBER]) == Markup(
        '<tr><th data-label="Name" scope="row">A</th><td data-label="&lt;Number&gt;" class="num">1</td></tr>'
        '<tr><td data-label="Name">B</td><td data-label="&lt;Number&gt;"></td></tr>'
    )


def test_boxes_and_columns_with_a_hidden_title_say_nothing():
    rows = Markup('<tr><td class="desk-check"></td><td>A</td><td><a href="/">Open</a></td></tr>')
    assert labelled(rows, [NAME, DEEDS], has_boxes=True) == Markup(
        '<tr><td class="desk-check"></td><td data-label="Name">A</td><td><a href="/">Open</a></td></tr>'
    )


def test_what_people_typed_is_no_cell():
    rows = Markup("<tr><td>{}</td></tr>").format("<td>")
    assert labelled(rows, [NAME]) == Markup('<tr><td data-label="Name">&lt;td&gt;</td></tr>')
