"""Benefits at the city's console: its spending rules."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.benefits.pace import paced
from app.benefits.rules import keeping
from app.benefits.rules.categories import CATEGORIES, EARMARKS
from app.benefits.rules.examples import EXAMPLES
from app.benefits.rules.keeping import KEEP, NewRule
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.schemas import LONGEST_SOURCE, EndForm, RuleForm
from app.benefits.rules.states import DECISIONS
from app.benefits.rules.words import PERIODS, STATES, TAKEN, goods_of
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.clock import today_in_china
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id, seen_mark
from app.core.money import yuan
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.unions.models import Union
from tenants.context import Plane, current_actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone

blueprint = PlacedBlueprint(
    "city_benefits", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/city/benefits", enable_openapi=False
)


@blueprint.get("/rules")
@requires(KEEP)
def rules() -> ResponseReturnValue:
    example = EXAMPLES.get(request.args.get("like", ""))
    return _page(Form(RuleForm, dict(example.fields) if example else {}))


@blueprint.post("/rules")
@requires(KEEP)
@paced(60)
def propose() -> ResponseReturnValue:
    form = Form(RuleForm)
    if not form.submit():
        return _page(form), 422
    given = dict(form.data)
    union_id, cap_cents = given.pop("union_id"), given.pop("cap")
    with Attempt(form) as attempt:
        keeping.propose_rule(current_actor(), form_id(), union_id, NewRule(cap_cents=cap_cents, **given))
        flash(_("The rule is proposed. It holds once somebody else has put it in force."), "success")
        return redirect(url_for(".rules"))
    return _page(form), attempt.status


@blueprint.post("/rules/<uuid:rule_id>/end")
@requires(KEEP)
@paced(60)
def propose_end(rule_id: UUID) -> ResponseReturnValue:
    form = Form(EndForm)
    if not form.submit():
        return _page(Form(RuleForm), told=[text for texts in form.errors.values() for text in texts]), 422
    return _done(
        lambda: keeping.propose_end(current_actor(), rule_id, form.data["ends_on"], seen=form.seen),
        _("The end is proposed. The rule holds on until somebody else has agreed."),
    )


@blueprint.post("/rules/<uuid:rule_id>/<action>")
@requires(KEEP)
@paced(60)
def decide(rule_id: UUID, action: str) -> ResponseReturnValue:
    step = DECISIONS.get(action)
    if step is None:
        raise NotFound
    return _done(lambda: keeping.take_step(current_actor(), rule_id, step, seen=seen_mark()), str(TAKEN[action]))


def _done(work, words: str) -> ResponseReturnValue:
    try:
        work()
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        return _page(Form(RuleForm), told=[str(refusal.message)]), refusal.status
    flash(words, "success")
    return redirect(url_for(".rules"))


def _page(form: Form, *, told: list[str] | None = None) -> str:
    """The rules with the form for one more; `told` is why nothing was done to one of them."""
    found = db.session.scalars(select(PolicyRule).order_by(PolicyRule.union_path, PolicyRule.id.desc())).all()
    return render(
        "benefits/rules.html", rows=found, form=form, told=told or [], regions=_regions(), once=uuid7(), yuan=yuan, today=today_in_china(),
        me=current_actor().account_id, categories=CATEGORIES, earmarks=EARMARKS, periods=PERIODS, states=STATES,
        goods_of=goods_of, examples=EXAMPLES, longest_source=LONGEST_SOURCE,
    )  # fmt: skip


def _regions() -> list[tuple[str, str]]:
    """The city, and every union with a zone."""
    unions = select(Union.id, Union.name, Union.parent_id)
    listed = unions.where(or_(Union.parent_id.is_(None), Union.id.in_(select(Zone.union_id)))).order_by(Union.path)
    return [
        (str(row.id), _("The whole city") if row.parent_id is None else row.name) for row in db.session.execute(listed)
    ]
