"""Where fees are approved and their payments noted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.access.marking import mark_of, marked
from app.casework.deeds import answer_form
from app.casework.display import paper_response
from app.casework.forms import yuan
from app.casework.routes import Route
from app.core.forms import Form
from app.core.theming import render
from app.modules.legal_aid.fees import bouncing, deciding, paying
from app.modules.legal_aid.fees.claim_list import listed
from app.modules.legal_aid.fees.display import values_of
from app.modules.legal_aid.fees.inputs import (
    ApproveSchema,
    BounceSchema,
    CorrectionSchema,
    PaymentSchema,
    RefuseSchema,
    ReturnSchema,
    UndoBounceSchema,
)
from app.modules.legal_aid.fees.queries import list_for_same_work, list_waiting
from app.modules.legal_aid.fees.states import APPROVE, REFUSE, RETURN, ClaimState
from app.modules.legal_aid.fees.words import WORKS
from app.modules.legal_aid.rights import APPROVE_FEES, MANAGE, PAY_FEES, VIEW_FEES
from tenants.context import current_actor

FORMS: dict[str, type[Schema]] = {
    "approve": ApproveSchema,
    "return": ReturnSchema,
    "refuse": RefuseSchema,
    "payment": PaymentSchema,
    "correction": CorrectionSchema,
    "bounce": BounceSchema,
    "undo_bounce": UndoBounceSchema,
}


def index() -> ResponseReturnValue:
    actor = current_actor()
    waiting, approved, returned = (
        listed(actor, list_waiting(state)) for state in (ClaimState.CLAIMED, ClaimState.APPROVED, ClaimState.RETURNED)
    )
    return render(
        "legal_aid/desk/fees.html", waiting=waiting, approved=approved, returned=returned, works=WORKS, yuan=yuan,
        may_set=actor.may(MANAGE),
    )  # fmt: skip


def claim(claim_id: UUID) -> ResponseReturnValue:
    return _page(claim_id)


def approve(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "approve", lambda form: deciding.decide(current_actor(), claim_id, APPROVE, seen=form.seen),
                _("The fee is approved."))  # fmt: skip


def give_back(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "return", lambda form: deciding.decide(
        current_actor(), claim_id, RETURN, form.data["return_reason"], seen=form.seen
    ), _("The claim is returned to the lawyer."))  # fmt: skip


def refuse(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "refuse", lambda form: deciding.decide(
        current_actor(), claim_id, REFUSE, form.data["refuse_reason"], seen=form.seen
    ), _("The claim is refused."))  # fmt: skip


def pay(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "payment", lambda form: paying.note_payment(
        current_actor(), claim_id, form.data["paid_on"], form.data["reference"], seen=form.seen
    ), _("The payment is noted."))  # fmt: skip


def correct(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "correction", lambda form: paying.correct_payment(
        current_actor(), claim_id, form.data["paid_on"], form.data["reference"], form.data["correction_reason"], seen=form.seen
    ), _("The payment is corrected."))  # fmt: skip


def bounce(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "bounce", lambda form: bouncing.note_bounce(
        current_actor(), claim_id, form.data["bounced_on"], form.data["bounce_reason"], seen=form.seen
    ), _("Noted: the payment came back, and the fee is to be paid anew."))  # fmt: skip


def undo_bounce(claim_id: UUID) -> ResponseReturnValue:
    return _act(claim_id, "undo_bounce", lambda form: bouncing.undo_bounce(current_actor(), claim_id, seen=form.seen),
                _("Noted: the transfer had arrived, and the fee is paid."))  # fmt: skip


def receipt(claim_id: UUID, receipt_id: UUID) -> ResponseReturnValue:
    stored, data = deciding.read_receipt(current_actor(), claim_id, receipt_id)
    return paper_response(stored, marked(data, stored.media_type, mark_of(current_actor())))


def _act(claim_id: UUID, key: str, do: Callable[[Form], Any], done: str) -> ResponseReturnValue:
    form = Form(FORMS[key])
    return answer_form(form, lambda: do(form), lambda: _page(claim_id, {key: form}), done=done,
                       then=url_for(".fee", claim_id=claim_id))  # fmt: skip


def _page(claim_id: UUID, refused: dict[str, Form] | None = None) -> str:
    actor = current_actor()
    found = deciding.read_claim(actor, claim_id)
    values: dict[str, dict[str, Any]] = {
        "correction": {"paid_on": found.claim.paid_on, "reference": found.claim.reference}
    }
    forms = {key: Form(schema, values.get(key), seen=found.claim.mark) for key, schema in FORMS.items()}
    is_apart = not deciding.has_part(actor, found.claim, found.case)
    return render(
        "legal_aid/desk/fee.html", **values_of(found), forms=forms | (refused or {}), others=list_for_same_work(found.claim),
        refused=list(refused or {}), may_refuse=actor.may(APPROVE_FEES) and found.claim.state in REFUSE.sources, is_apart=is_apart,
        may_pay=actor.may(PAY_FEES), is_apart_to_pay=paying.is_apart(actor, found.claim),
        is_second=bouncing.is_apart(actor, found.claim), noted_the_return=paying.noted_the_return(actor, found.claim),
    )  # fmt: skip


CLAIM = "/fees/<uuid:claim_id>"
ROUTES = (
    Route("/fees", "fees", index, right=VIEW_FEES),
    Route(CLAIM, "fee", claim, right=VIEW_FEES),
    Route(f"{CLAIM}/receipts/<uuid:receipt_id>", "fee_receipt", receipt, right=VIEW_FEES),
    Route(f"{CLAIM}/approve", "approve_fee", approve, "POST", APPROVE_FEES),
    Route(f"{CLAIM}/return", "return_fee", give_back, "POST", APPROVE_FEES),
    Route(f"{CLAIM}/refuse", "refuse_fee", refuse, "POST", APPROVE_FEES),
    Route(f"{CLAIM}/payment", "pay_fee", pay, "POST", PAY_FEES),
    Route(f"{CLAIM}/correction", "correct_fee", correct, "POST", PAY_FEES),
    Route(f"{CLAIM}/bounce", "bounce_fee", bounce, "POST", PAY_FEES),
    Route(f"{CLAIM}/bounce/undo", "undo_fee_bounce", undo_bounce, "POST", PAY_FEES),
)
