"""What steps ask of whoever takes them, by name, and what amounts they may state. Maker ≠ checker."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.errors import (
    BeyondLimit,
    BeyondRecommendation,
    BeyondRequest,
    MissingAmount,
    NoteNeeded,
    NotMoreThanBefore,
    ReasonForLessNeeded,
)
from app.casework.forms import Day, Field, Money
from app.casework.forms.field import FILL_IN
from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.casework.states import Step
from app.core.modules import Text

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
REQUIRED = {"required": FILL_IN, "null": FILL_IN}
YUAN = Money("amount", _("Amount"))
EARLIEST = date(1990, 1, 1)
"""The first day from which a time limit of the law may count."""
SERVED_ON = Day("served_on", _("Received on"), earliest=EARLIEST)


class Told(fields.Field[Any]):
    """An answer as people write it, read as a field of a form reads it."""

    default_error_messages = REQUIRED

    def __init__(self, field: Field[Any], required: bool) -> None:
        super().__init__(required=required)
        self.field = field

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> Any:
        return self.field.read(value)


def _text(required: bool) -> fields.String:
    length = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))
    return fields.String(required=required, validate=length, error_messages=REQUIRED)


def _recommendation(required: bool) -> fields.String:
    words = _("Choose what you recommend.")
    return fields.String(
        required=required,
        validate=validate.OneOf(["grant", "refuse"], error=words),
        error_messages={"required": words},
    )


WORDS: dict[str, Text] = {
    "reason": _("Reasons, as the member will read them"),
    "answer": _("Answer, as the member will read it"),
    "question": _("What else you want to know"),
    "filing": _("Where and when it was filed, as the member will read it"),
    "news": _("How it stands, as the member will read it"),
    "outcome": _("What came of it, as the member will read it"),
    "note": _("Note, for staff only"),
}
"""The inputs in words, of which the history keeps what a step was given."""

INPUTS: dict[str, Callable[[bool], fields.Field[Any]]] = {
    **dict.fromkeys(WORDS, _text),
    "recommendation": _recommendation,
    "amount_recommended": lambda required: Told(YUAN, required),
    "amount_granted": lambda required: Told(YUAN, required),
    "amount_recovered": lambda required: Told(YUAN, required),
    "served_on": lambda required: Told(SERVED_ON, required),
}


def schema_of(step: Step) -> Schema:
    """The schema of what a step asks for, made from its line in the state table."""
    asked = dict.fromkeys(step.requires, True) | dict.fromkeys(step.optional, False)
    return Schema.from_dict({name: INPUTS[name](required) for name, required in asked.items()})()


CONSENT = {
    "consent": fields.String(
        required=True, error_messages={"required": _("Without your consent we may not process this.")}
    )
}
"""What is handed in with every form and is none of its answers."""


class NoteSchema(Schema):
    """An inner note."""

    inner_note = _text(required=True)


class RevealSchema(Schema):
    """Why masked data is to be seen."""

    reveal_reason = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(min=4, max=200, error=_("Write 4 to {max} characters.")),
    )


def words_of(given: Mapping[str, Any]) -> str:
    """What the history keeps of a step's inputs."""
    return next((given[name] for name in WORDS if given.get(name)), "")


def amounts_of(case: Case, kind: CaseKind, step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a step's recommendation and amounts go into.

    Raises `MissingAmount`, `BeyondLimit` (of the kind), `NoteNeeded` and `BeyondRecommendation`: only what two people agree on is
    granted; on an appeal `BeyondRequest` and `NotMoreThanBefore`; `ReasonForLessNeeded` where less is granted than was asked for.
    """
    columns: dict[str, Any] = {}
    if "recommendation" in step.asks:
        columns["recommendation"] = given["recommendation"]
    if "amount_recommended" in step.asks:
        columns["amount_recommended_cents"] = _recommended(kind, given)
        _require_note(case, kind, given)
    if "amount_granted" in step.asks:
        columns["amount_granted_cents"] = _granted(case, given)
    if "amount_recovered" in step.asks:
        columns["amount_recovered_cents"] = given.get("amount_recovered")
    return columns


def _recommended(kind: CaseKind, given: Mapping[str, Any]) -> int | None:
    """A recommendation to grant names the amount, within what this kind gives."""
    if given["recommendation"] != "grant":
        return None
    amount = given.get("amount_recommended")
    if not amount:
        raise MissingAmount(field="amount_recommended")
    if kind.most_cents is not None and amount > kind.most_cents:
        raise BeyondLimit(field="amount_recommended")
    return amount


def _require_note(case: Case, kind: CaseKind, given: Mapping[str, Any]) -> None:
    """Whatever is not usually granted to such a case, more than was asked for and a refusal too, is explained."""
    usual = kind.own.usual_cents(case)
    amount = given.get("amount_recommended") or 0
    is_usual = given["recommendation"] == "grant" and usual is not None and usual[0] <= amount <= usual[1]
    is_asked_for = amount <= (case.amount_requested_cents or amount)
    if not (is_usual and is_asked_for) and not given.get("note"):
        raise NoteNeeded(field="note")


def _granted(case: Case, given: Mapping[str, Any]) -> int:
    amount = given["amount_granted"]
    if not amount:
        raise MissingAmount(field="amount_granted")
    if case.appealed_at is not None:
        _require_better(case, amount)
    elif case.recommendation != "grant" or amount > (case.amount_recommended_cents or 0):
        raise BeyondRecommendation(field="amount_granted")
    if amount < (case.amount_requested_cents or 0) and not given.get("reason"):
        raise ReasonForLessNeeded(field="reason")
    return amount


def _require_better(case: Case, amount: int) -> None:
    """An appeal gives more than the decision before, and at most what was asked for."""
    if amount > (case.amount_requested_cents or amount):
        raise BeyondRequest(field="amount_granted")
    if amount <= (case.amount_granted_cents or 0):
        raise NotMoreThanBefore(field="amount_granted")
