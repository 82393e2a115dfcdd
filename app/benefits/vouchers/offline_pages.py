"""The shop's phone without network: the page that keeps itself and its list on the phone, taking a list along, and handing in."""

from datetime import datetime
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.rights import REDEEM
from app.benefits.vouchers import conflicts, handing_in, queries, taking_along, words
from app.benefits.vouchers.clerks import shop_of
from app.benefits.vouchers.handing_in import REDEEMED, Use
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.offline_words import HOUR
from app.benefits.vouchers.schemas import HandInForm, TakeAlongForm
from app.core.access import requires
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor

blueprint = APIBlueprint("offline", __name__, url_prefix="/redeem/offline", enable_openapi=False)


@blueprint.get("/")
@requires(REDEEM)
def index() -> ResponseReturnValue:
    """The page; what the shop took and was not good stands below, for as long as the phone has network."""
    shop = shop_of(current_actor(), parse_uuid(request.args.get("shop", "")))
    found = conflicts.list_conflicts(conflicts.PAGE, shop_id=shop.id, resolved=True)
    titles = queries.shop_titles([row.VoucherOfflineUse.other_shop_id for row in found])
    return render(
        "vouchers/offline.html", shop=shop, conflicts=found, titles=titles, words=words, yuan=yuan, most=taking_along.MOST,
        at_once=handing_in.AT_ONCE, hours=int(taking_along.LASTS.total_seconds()) // HOUR,
    )  # fmt: skip


@blueprint.get("/worker.js")
@requires(REDEEM)
def worker() -> ResponseReturnValue:
    """The script that answers for this page where there is no network: from here, so that it answers for nothing else."""
    script = Path(current_app.static_folder or "", "js/offline-worker.js").read_bytes()
    return Response(script, mimetype="text/javascript")


@blueprint.post("/lists")
@requires(REDEEM)
@paced(30)
def take_along() -> ResponseReturnValue:
    """The list of a shop, for the phone to keep."""
    form = Form(TakeAlongForm)
    if not form.submit():
        return jsonify(error=_("What this page keeps can't be read.")), 422
    shop = shop_of(current_actor(), form.data["shop"])
    try:
        listed = taking_along.take_along(current_actor(), form.data["list"], shop.id, form.data["nonce"])
    except DomainError as refusal:
        return _refused(refusal)
    return jsonify(
        list=str(listed.paper.id), shop=shop.name, now=_milliseconds(now()), until=_milliseconds(listed.paper.good_until),
        salt=listed.paper.salt, vouchers=listed.paper.vouchers, of=listed.of, hashes=listed.hashes,
        batches=[
            {"title": batch.title, "worth": yuan(batch.value_cents), "terms": batch.terms, "threshold": batch.threshold_cents,
             "asks_purchase": KINDS[batch.kind].asks_purchase, "from": yuan(batch.threshold_cents)}
            for batch in listed.batches
        ],
    )  # fmt: skip


@blueprint.post("/hand-in")
@requires(REDEEM)
@paced(300)
def hand_in() -> ResponseReturnValue:
    """Redeem what was taken, and say of each what became of it."""
    form = Form(HandInForm)
    if not form.submit():
        return jsonify(error=_("What this page keeps can't be read.")), 422
    uses = [Use(each["key"], each["code"], each["at"], each["purchase"]) for each in form.data["uses"]]
    try:
        done = handing_in.hand_in(current_actor(), form.data["list"], form.data["nonce"], uses)
    except DomainError as refusal:
        return _refused(refusal)
    shops = queries.shop_titles([each.other_shop_id for each in done])
    return jsonify(
        uses=[
            {"key": each.key, "is_redeemed": each.refusal == REDEEMED, "why": words.why_not_good(each, shops)} for each in done
        ]
    )  # fmt: skip


def _refused(refusal: DomainError) -> ResponseReturnValue:
    finish(succeeded=False)
    return jsonify(error=str(refusal.message)), refusal.status


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
