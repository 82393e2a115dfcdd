"""Marshmallow's sentences in the reader's language."""

import pytest
from flask import g
from marshmallow import Schema, ValidationError, fields, validate

from app.core.schema_words import in_words


class Everything(Schema):
    needed = fields.String(required=True)
    short = fields.String(validate=validate.Length(max=3))
    long = fields.String(validate=validate.Length(min=3))
    between = fields.String(validate=validate.Length(2, 3))
    number = fields.Integer(validate=validate.Range(1, 5))
    least = fields.Integer(validate=validate.Range(min=1))
    word = fields.Integer()
    day = fields.Date()
    choice = fields.String(validate=validate.OneOf(["a"]))
    id = fields.UUID()
    form = fields.String(validate=validate.Regexp("[a-z]+$"))


WRONG = {"short": "12345", "long": "1", "between": "1", "number": 9, "least": 0, "word": "x", "day": "x", "choice": "b",
         "id": "x", "form": "1"}  # fmt: skip


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_sentence_of_marshmallow_is_translated(app, locale):
    with pytest.raises(ValidationError) as refused:
        Everything().load(WRONG)
    with app.app_context():
        g.locale = locale
        for name, messages in refused.value.normalized_messages().items():
            said = in_words(messages[0])
            assert said != messages[0], name
            assert ("一" <= max(said) <= "鿿" or "，" in said or "。" in said) == (locale == "zh_CN"), said


def test_a_sentence_of_our_own_stays_as_it_is(app):
    with app.app_context():
        assert in_words("手机号不对") == "手机号不对"
