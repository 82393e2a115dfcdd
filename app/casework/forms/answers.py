"""Answers as they are stored, and as they could have been typed."""

from collections.abc import Mapping
from typing import Any

from app.casework.forms.declarations import CaseForm
from app.casework.forms.reading import Answers


def to_json(form: CaseForm, answers: Mapping[str, Any]) -> Answers:
    """Answers as JSON keeps them: texts, integers, booleans, days in ISO, lists of rows."""
    return {key: form.known[key].to_json(answer) for key, answer in answers.items()}


def from_json(form: CaseForm, stored: Mapping[str, Any]) -> Answers:
    """Exactly what `to_json` was given; raises `KeyError` for what the form never asked."""
    return {key: form.known[key].from_json(answer) for key, answer in stored.items()}


def written(form: CaseForm, answers: Mapping[str, Any]) -> Answers:
    """Answers as they could have been typed, for a form that is opened again."""
    return {key: form.known[key].write(answer) for key, answer in answers.items()}
