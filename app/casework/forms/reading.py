"""Many fields at once, in their order: what was typed read into answers, or kept as a draft."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from app.casework.forms.field import Field

Fields = tuple[Field[Any], ...]
Answers = dict[str, Any]
Errors = dict[str, Any]


def read_all(fields: Fields, typed: Mapping[str, Any]) -> tuple[Answers, Errors]:
    """The answers in what was typed, and what is wrong with them by field.

    A field whose condition does not hold is neither required nor kept. It does not hold either where the field it asks
    about is wrong: that one is told first.
    """
    answers: Answers = {}
    errors: Errors = {}
    for field in fields:
        if field.when is not None and not field.when.holds(answers):
            continue
        try:
            answer = field.read(typed.get(field.key))
        except ValidationError as fault:
            errors[field.key] = fault.messages
        else:
            if answer is not None:
                answers[field.key] = answer
    known = {field.key: field for field in fields}
    for field in fields:
        try:
            field.require_order(answers, known)
        except ValidationError as fault:
            del answers[field.key]
            errors[field.key] = fault.messages
    return answers, errors


def type_all(fields: Fields, sent: Mapping[str, Any]) -> tuple[Answers, Errors]:
    """What a draft keeps of what was sent, and what it can't bear, by field."""
    typed: Answers = {}
    errors: Errors = {}
    for field in fields:
        if sent.get(field.key) in (None, ""):
            continue
        try:
            typed[field.key] = field.as_typed(sent[field.key])
        except ValidationError as fault:
            errors[field.key] = fault.messages
    return typed, errors


def faults_of(fields: Fields) -> Iterator[str]:
    """What is wrong with fields in their order: keys that are there twice, conditions that can't be asked."""
    before: dict[str, Field[Any]] = {}
    for field in fields:
        if field.key in before:
            yield f"the field {field.key!r} is there twice"
        if field.when is not None:
            yield from (f"{field.key!r}: {fault}" for fault in field.when.faults(before))
        before[field.key] = field
    for field in fields:
        yield from (f"{field.key!r}: {fault}" for fault in field.order_faults(before))
