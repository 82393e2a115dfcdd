"""Where lawyers claim their fees: what is done and not claimed yet, their claims, and one of them."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.display import paper_response
from app.casework.forms import yuan
from app.casework.kinds import find_kind
from app.casework.routes import Route
from app.core.errors import Conflict, InvalidInput
from app.core.forms import Form, seen_mark
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.legal_aid.fees import claiming
from app.modules.legal_aid.fees.claiming import RECEIPTS, ClaimFacts
from app.modules.legal_aid.fees.display import values_of
from app.modules.legal_aid.fees.inputs import LONGEST_TOLD, BeginSchema, ClaimSchema, hours
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import find_own, list_done, list_own, words_of
from app.modules.legal_aid.fees.standards import Work, claim_within
from app.modules.legal_aid.fees.states import EDITABLE, WITHDRAW
from app.modules.legal_aid.fees.words import STATES, WORKS
from app.modules.legal_aid.rights import CLAIM_FEES, COUNSEL
from tenants.context import current_actor


def index() -> ResponseReturnValue:
    return _index(Form(BeginSchema))


def begin() -> ResponseReturnValue:
    form = Form(BeginSchema)
    if not form.submit():
        return _index(form), 422
    try:
        claim = claiming.begin_claim(current_actor(), form.data["assignment"], Work(form.data["work"]))
    except Conflict as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _index(form), refusal.status
    return redirect(url_for(".counsel_fee", claim_id=claim.id))


def claim(claim_id: UUID) -> ResponseReturnValue:
    return _page(claim_id)


@takes(RECEIPTS)
def write(claim_id: UUID) -> ResponseReturnValue:
    """Save what was written and, where that was asked for, claim the fee by it. What the rules miss for a claim is said, and
    what was written is saved all the same."""
    actor, form = current_actor(), Form(ClaimSchema)
    if not form.submit():
        return _page(claim_id, form), 422
    data = form.data
    facts = ClaimFacts(data["hours"], data.get("travel") or 0, data["told"])
    try:
        saved = claiming.save_claim(actor, claim_id, facts, RECEIPTS.sent("receipts"), seen=form.seen)
    except (InvalidInput, Conflict) as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(claim_id, form), refusal.status
    if request.form.get("action") != "claim":
        flash(_("Saved. The fee is not claimed yet."), "success")
        return redirect(url_for(".counsel_fee", claim_id=claim_id))
    try:
        claiming.claim_fee(actor, claim_id)
    except (InvalidInput, Conflict) as refusal:
        form.seen = saved.mark
        finish(succeeded=True)
        form.refuse(refusal)
        return _page(claim_id, form), refusal.status
    flash(_("The fee is claimed. You are told when it is approved."), "success")
    return redirect(url_for(".counsel_fee", claim_id=claim_id))


def withdraw(claim_id: UUID) -> ResponseReturnValue:
    try:
        claiming.withdraw_claim(current_actor(), claim_id, seen=seen_mark())
    except Conflict as refusal:
        return _refused(claim_id, refusal)
    flash(_("The claim is withdrawn."), "success")
    return redirect(url_for(".counsel_fees"))


def remove_receipt(claim_id: UUID, receipt_id: UUID) -> ResponseReturnValue:
    try:
        claiming.remove_receipt(current_actor(), claim_id, receipt_id)
    except Conflict as refusal:
        return _refused(claim_id, refusal)
    flash(_("The receipt is removed."), "success")
    return redirect(url_for(".counsel_fee", claim_id=claim_id))


def receipt(claim_id: UUID, receipt_id: UUID) -> ResponseReturnValue:
    return paper_response(*claiming.read_own_receipt(current_actor(), claim_id, receipt_id))


def _index(form: Form) -> str:
    actor = current_actor()
    return render(
        "legal_aid/desk/counsel_fees.html", done=list_done(actor), claims=list_own(actor), form=form, works=WORKS,
        states=STATES, kind_of=find_kind, yuan=yuan, has_cases=actor.may(COUNSEL), claim_days=claim_within().days,
    )  # fmt: skip


def _page(claim_id: UUID, form: Form | None = None) -> str:
    found = find_own(current_actor(), claim_id)
    return render(
        "legal_aid/desk/counsel_fee.html", **values_of(found), form=form or _form_of(found.claim), takes=RECEIPTS,
        longest=LONGEST_TOLD, may_write=found.claim.state in EDITABLE, may_withdraw=found.claim.state in WITHDRAW.sources,
        can_begin_anew=claiming.can_begin_anew(found.claim),
    )  # fmt: skip


def _refused(claim_id: UUID, refusal: Conflict) -> ResponseReturnValue:
    finish(succeeded=False)
    form = _form_of(find_own(current_actor(), claim_id).claim)
    form.refuse(refusal)
    return _page(claim_id, form), refusal.status


def _form_of(claim: FeeClaim) -> Form:
    travel = f"{claim.travel_cents / 100:.2f}" if claim.travel_cents else ""
    values = {"hours": hours(claim.minutes), "travel": travel, "told": words_of(claim, "told_cipher")}
    return Form(ClaimSchema, values, seen=claim.mark)


FEES = "/counsel/fees"
CLAIM = f"{FEES}/<uuid:claim_id>"
ROUTES = (
    Route(FEES, "counsel_fees", index, right=CLAIM_FEES),
    Route(FEES, "begin_fee", begin, "POST", CLAIM_FEES),
    Route(CLAIM, "counsel_fee", claim, right=CLAIM_FEES),
    Route(CLAIM, "write_fee", write, "POST", CLAIM_FEES),
    Route(f"{CLAIM}/withdraw", "withdraw_fee", withdraw, "POST", CLAIM_FEES),
    Route(f"{CLAIM}/receipts/<uuid:receipt_id>", "counsel_fee_receipt", receipt, right=CLAIM_FEES),
    Route(f"{CLAIM}/receipts/<uuid:receipt_id>/remove", "remove_fee_receipt", remove_receipt, "POST", CLAIM_FEES),
)
