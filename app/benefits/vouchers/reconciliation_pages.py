"""The desk's page of the reconciliation: the three sides by batch and by merchant, and what the last check of each ledger found."""

from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.benefits.beans.words import FAULTS as BEAN_FAULTS
from app.benefits.checks import last_check
from app.benefits.rights import VIEW
from app.benefits.vouchers.batch_lists import PAGE, list_batches
from app.benefits.vouchers.batch_states import GIVEN
from app.benefits.vouchers.conflicts import count_open
from app.benefits.vouchers.reconciling import by_batch, by_merchant
from app.benefits.vouchers.words import FAULTS
from app.benefits.wechat.doubts import count_doubts
from app.benefits.wechat.pay import wechat_pay
from app.core.access import requires
from app.core.forms import parse_uuid
from app.core.money import yuan
from app.core.theming import render

blueprint = APIBlueprint("reconciliation", __name__, url_prefix="/reconciliation", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    rows = list_batches(parse_uuid(request.args.get("before", "")), PAGE + 1, states=GIVEN)
    shown = rows[:PAGE]
    more = url_for(".index", before=shown[-1].batch.id) if len(rows) > PAGE else ""
    return render(
        "vouchers/reconciliation.html", batches=by_batch(shown), merchants=by_merchant(), next_href=more, yuan=yuan,
        vouchers=last_check("vouchers"), beans=last_check("beans"), faults=BEAN_FAULTS | FAULTS, conflicts=count_open(),
        doubts=count_doubts(), is_in_wechat=wechat_pay().is_there,
    )  # fmt: skip
