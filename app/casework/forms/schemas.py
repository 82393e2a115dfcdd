"""What comes in through a declared form, from its pages and through the API.

Either sends an answer as people write it, or as JSON stores it: an integer is cents, a text is an amount in yuan.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from app.casework.forms.declarations import CaseForm
from app.casework.forms.reading import Answers, read_all, type_all


class DraftSchema(Schema):
    """The form as typed so far, right or wrong: whatever can be borne. Loads what was typed."""

    case_form: CaseForm

    @post_load
    def _keep(self, sent: dict[str, Any], **_rest: Any) -> Answers:
        typed, errors = type_all(self.case_form.fields, sent)
        if errors:
            raise ValidationError(errors)
        return typed


class SubmissionSchema(Schema):
    """A complete form. Loads its answers, without those that its conditions don't ask for."""

    case_form: CaseForm

    @validates_schema(skip_on_field_errors=False)
    def _check(self, sent: dict[str, Any], **_rest: Any) -> None:
        _answers, errors = read_all(self.case_form.fields, sent)
        if errors:
            raise ValidationError(errors)

    @post_load
    def _read(self, sent: dict[str, Any], **_rest: Any) -> Answers:
        answers, _errors = read_all(self.case_form.fields, sent)
        return {key: value for key, value in sent.items() if key not in self.case_form.known} | answers


def draft_schema(form: CaseForm) -> DraftSchema:
    return _made(DraftSchema, form, {})


def submission_schema(form: CaseForm, besides: Mapping[str, fields.Field[Any]] | None = None) -> SubmissionSchema:
    """`besides` are fields that are handed in with the form and are none of its answers: a consent."""
    return _made(SubmissionSchema, form, besides or {})


def _made(kind: type[Any], form: CaseForm, besides: Mapping[str, fields.Field[Any]]) -> Any:
    asked = {field.key: fields.Raw(allow_none=True) for field in form.fields}
    schema = kind.from_dict({**asked, **besides}, name=kind.__name__)()
    schema.case_form = form
    return schema
