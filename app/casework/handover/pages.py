"""Where staff propose to hand a case over and answer what other zones offer, and where the member agrees."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.deeds import answer_form
from app.casework.handover import proposing, receiving
from app.casework.handover.desks import Level, list_targets
from app.casework.handover.inputs import DeclineSchema, ProposalSchema
from app.casework.handover.queries import list_left_behind, list_offers
from app.casework.here import module_here
from app.casework.kinds import find_kind
from app.casework.queries import find_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor


def propose_page(case_id: UUID) -> ResponseReturnValue:
    return _propose_page(case_id, Form(ProposalSchema))


def propose(case_id: UUID) -> ResponseReturnValue:
    form = Form(ProposalSchema)

    def do() -> None:
        given = form.data
        proposing.propose_handover(current_actor(), case_id, given["target"], given["handover_reason"], seen=form.seen)

    return answer_form(
        form,
        do,
        lambda: _propose_page(case_id, form),
        done=_("The member is asked now. Until the other union has accepted, the case stays here."),
        then=url_for(".case", case_id=case_id),
    )


def _propose_page(case_id: UUID, form: Form) -> str:
    case = find_case(case_id)
    levels = {Level.ABOVE: _("above"), Level.BELOW: _("below"), Level.BESIDE: _("beside")}
    targets = [(str(each.zone_id), f"{each.union} · {each.name} · {levels[each.level]}") for each in list_targets(case)]
    form.seen = form.seen or case.mark
    return render("casework/handover/propose.html", case=case, kind=find_kind(case.kind), form=form, targets=targets,
                  left_behind=list_left_behind(case.id))  # fmt: skip


def withdraw(case_id: UUID) -> ResponseReturnValue:
    proposing.withdraw_handover(current_actor(), case_id)
    flash(_("The proposal is taken back. The case stays here."), "success")
    return redirect(url_for(".case", case_id=case_id))


def offers() -> ResponseReturnValue:
    return _offers_page(Form(DeclineSchema))


def accept() -> ResponseReturnValue:
    if (offer_id := parse_uuid(request.form.get("offer", ""))) is None:
        raise NotFound
    try:
        receiving.accept_offer(current_actor(), offer_id, module_here())
    except NotFound:
        raise
    except DomainError as refusal:
        return _refused(Form(DeclineSchema), refusal)
    flash(_("Accepted. The case is on its way and stands in the list in a moment."), "success")
    return redirect(url_for(".offers"))


def decline() -> ResponseReturnValue:
    form = Form(DeclineSchema)
    if not form.submit():
        return _offers_page(form), 422
    try:
        receiving.decline_offer(current_actor(), form.data["offer"], module_here(), form.data["decline_reason"])
    except NotFound:
        raise
    except DomainError as refusal:
        return _refused(form, refusal)
    flash(_("Declined. The case stays where it is; its handler and the member are told why."), "success")
    return redirect(url_for(".offers"))


def _refused(form: Form, refusal: DomainError) -> ResponseReturnValue:
    finish(succeeded=False)
    form.refuse(refusal)
    return _offers_page(form), refusal.status


def _offers_page(form: Form) -> str:
    """With what was typed at the offer it was typed at."""
    found = list_offers(current_actor(), module_here())
    kinds = {line.offer.kind: find_kind(line.offer.kind) for line in found}
    return render("casework/handover/offers.html", offers=found, kinds=kinds, form=form,
                  empty=Form(DeclineSchema))  # fmt: skip


@own_things
def agree(case_id: UUID) -> ResponseReturnValue:
    proposing.answer_handover(current_actor(), case_id, agrees=True)
    flash(_("Thank you. Your case goes on there once that union has accepted it; until then it stays here."), "success")
    return redirect(url_for(".case", case_id=case_id))


@own_things
def refuse(case_id: UUID) -> ResponseReturnValue:
    proposing.answer_handover(current_actor(), case_id, agrees=False)
    flash(_("Noted: your case stays here, and what was promised holds."), "success")
    return redirect(url_for(".case", case_id=case_id))


DESK_ROUTES = (
    Route("/<uuid:case_id>/hand-over", "propose_handover_page", propose_page, right=REVIEW),
    Route("/<uuid:case_id>/hand-over", "propose_handover", propose, "POST", REVIEW),
    Route("/<uuid:case_id>/hand-over/withdraw", "withdraw_handover", withdraw, "POST", REVIEW),
    Route("/offers", "offers", offers, right=REVIEW),
    Route("/offers/accept", "accept_case", accept, "POST", REVIEW),
    Route("/offers/decline", "decline_case", decline, "POST", REVIEW),
)
MEMBER_ROUTES = (
    Route("/<uuid:case_id>/hand-over/agree", "agree_handover", agree, "POST"),
    Route("/<uuid:case_id>/hand-over/refuse", "refuse_handover", refuse, "POST"),
)
