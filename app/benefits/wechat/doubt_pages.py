"""The desk's pages of coupons that are uncertain at WeChat: the list, and one with what the merchant desk says of it."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.deciding import LONGEST_REASON, decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.vouchers.pieces import masked_names
from app.benefits.vouchers.schemas import FindingForm
from app.benefits.wechat import doubts, words
from app.benefits.wechat.models import WeChatFinding
from app.benefits.wechat.states import HandOver
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, form_id, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

blueprint = APIBlueprint("doubts", __name__, url_prefix="/reconciliation/wechat", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    """Those to say something of, and those that WeChat is still asked for."""
    rows = doubts.list_doubts(doubts.PAGE + 1, parse_uuid(request.args.get("after", "")))
    shown, unanswered = rows[: doubts.PAGE], doubts.list_unanswered(doubts.PAGE)
    more = url_for(".index", after=shown[-1].coupon.id) if len(rows) > doubts.PAGE else ""
    names = masked_names([each.voucher for each in (*shown, *unanswered)])
    return render(
        "vouchers/doubts.html", uncertain=shown, unanswered=unanswered, names=names, words=words, next_href=more
    )


@blueprint.get("/<uuid:voucher_id>")
@requires(VIEW)
def doubt(voucher_id: UUID) -> ResponseReturnValue:
    return _page(voucher_id, Form(FindingForm))


@blueprint.post("/<uuid:voucher_id>")
@requires(MANAGE)
@paced(60)
def propose(voucher_id: UUID) -> ResponseReturnValue:
    """State what the merchant desk says."""
    form = Form(FindingForm)
    with Attempt(form) as attempt:
        if form.submit():
            doubts.propose(current_actor(), form_id(), voucher_id, **form.data)
            flash(_("It waits for a second person now."), "success")
            return redirect(url_for(".doubt", voucher_id=voucher_id), code=303)
    return _page(voucher_id, form), attempt.status


@blueprint.post("/findings/<uuid:finding_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(finding_id: UUID) -> ResponseReturnValue:
    return _decide(finding_id, "withdraw")


@blueprint.post("/findings/<uuid:finding_id>/<any(approve, refuse):action>")
@requires(APPROVE)
@paced(60)
def decide(finding_id: UUID, action: str) -> ResponseReturnValue:
    return _decide(finding_id, action)


def _decide(finding_id: UUID, action: str) -> ResponseReturnValue:
    found = db.session.get(WeChatFinding, (current_zone().id, finding_id))
    if found is None:
        raise NotFound
    voucher_id = found.voucher_id
    return decide_on(
        doubts.take_step, finding_id, action,
        then=redirect(url_for(".doubt", voucher_id=voucher_id), code=303), again=lambda: _page(voucher_id, Form(FindingForm)),
        approved=_("Confirmed: the coupon stands as was stated."),
    )  # fmt: skip


def _page(voucher_id: UUID, form: Form) -> str:
    found, actor = doubts.find_doubt(voucher_id), current_actor()
    is_uncertain = found.coupon.state == HandOver.UNCERTAIN
    return render(
        "vouchers/doubt.html", doubt=found, findings=doubts.list_findings(voucher_id), form=form, words=words, yuan=yuan,
        name=masked_names([found.voucher]).get(found.voucher.member_id, ""), once=request.form.get("_once") or uuid7(),
        states=PROPOSALS, me=actor.account_id, may_manage=actor.may(MANAGE), may_approve=actor.may(APPROVE),
        longest=LONGEST_REASON, may_state=is_uncertain and not found.waits and actor.may(MANAGE),
    )  # fmt: skip
