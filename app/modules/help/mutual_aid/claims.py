"""The rules of a claim: a cover that holds, invoices that nobody has used, amounts by the plan's formula."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from app.casework.appeals.rules import last_moment
from app.casework.calculations.declarations import Calculation
from app.casework.calculations.panel import previewed
from app.casework.forms import yuan
from app.casework.forms.answers import from_json
from app.casework.forms.reading import Answers
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.originals.keeping import digests_of
from app.casework.own_features import OwnFeatures, Preview
from app.casework.sealing import ANSWERS, unseal
from app.casework.states import Phase, Step
from app.core.clock import now
from app.core.i18n import day
from app.members.models import Member
from app.modules.help.mutual_aid.errors import (
    BeyondFormula,
    InvoicesUsedMeanwhile,
    InvoiceUsed,
    NotCovered,
    SomebodyElses,
    WrongInvoice,
)
from app.modules.help.mutual_aid.form import FORM, INVOICES
from app.modules.help.mutual_aid.formula import Invoice, calculate
from app.modules.help.mutual_aid.models import Claim, Cover, Plan
from app.modules.help.mutual_aid.numbers import invoice_key, is_as_printed, is_digital, plain
from app.modules.help.mutual_aid.queries import CoverRow, find_claim, list_own_covers, paid_by_cover
from app.modules.help.mutual_aid.registry import (
    file_indexes,
    held_elsewhere,
    hold_invoices,
    invoice_indexes,
    keep_invoices_until,
)
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

Row = Mapping[str, Any]


class MutualAid(OwnFeatures):
    """What a claim adds to what every case has."""

    rests_on_entitlement = True

    def is_open_to_former(self, actor: Actor) -> bool:
        return actor.member_id is not None and bool(list_own_covers(actor.member_id))

    def preview(
        self,
        actor: Actor,
        typed: Mapping[str, Any],
        answers: Answers | None = None,  # noqa: ARG002 - the amount is shown as one types
    ) -> Preview:
        return previewed(_calculate_typed(actor, typed))

    def calculation(self, case: Case) -> Calculation:
        claim, cover, plan = find_claim(case.id)
        paid_before = claim.paid_before_cents if _was_recommended(case) else None
        if paid_before is None:
            paid_before = paid_by_cover(cover.id, besides=case.id)
        found = calculate(plan.formula, _invoices(_rows(case)), paid_before)
        return Calculation(found.lines, found.cents, by=_named(plan))

    def warnings(self, case: Case) -> tuple[str, ...]:
        if held_elsewhere(case.id, file_indexes(digests_of(case.id))):
            return (
                _(
                    "The very same invoice file was handed in with another claim. Look closely at the numbers and the original."
                ),
            )
        return ()

    def require_submission(self, actor: Actor, case: Case, answers: Mapping[str, Any]) -> None:
        """Raises `SomebodyElses`, `NotCovered`, `WrongInvoice`, `InvoiceUsed`."""
        name = db.session.execute(select(Member.name).where(Member.id == actor.member_id)).scalar_one()
        if plain_name(answers["patient"]) != plain_name(name):
            raise SomebodyElses(field="patient")
        cover = _require_cover(actor, answers["stay_from"], answers["stay_until"])
        rows = answers["invoices"]
        _require_sound(rows, answers["stay_from"])
        _hold(case, rows)
        _rest_on(case, cover)

    def require_step(self, case: Case, step: Step, given: Mapping[str, Any]) -> None:
        """Raises `BeyondFormula` at a recommendation or a decision, `InvoicesUsedMeanwhile` at an appeal."""
        if step.appeals_within:
            _hold_again(case)
        if given.get("recommendation"):
            _require_recommendation(case, given)
        if granted := given.get("amount_granted"):
            _require_within(case, granted, "amount_granted")

    def follow(self, case: Case, event: CaseEvent) -> None:  # noqa: ARG002 - what counts is where the case stands
        """Invoices stay with a claim that was paid, for good; with a refused one while it may be appealed."""
        phase = find_kind(case.kind).table[case.state].phase
        if phase is Phase.DECIDED:
            keep_invoices_until(case.id, None if case.amount_granted_cents else _last_moment(case))
        elif phase.is_over:
            keep_invoices_until(case.id, now())


def _calculate_typed(actor: Actor, typed: Mapping[str, Any]) -> Calculation:
    """By the cover that holds on the first day of treatment, else by the latest one."""
    covers = list_own_covers(actor.member_id) if actor.member_id else []
    if not covers:
        return Calculation((), 0, notes=(str(NotCovered.message),))
    begun = _read_day(typed.get("stay_from"))
    held = next((row for row in covers if begun and _holds(row.cover, begun)), covers[0])
    found = calculate(held.plan.formula, _typed_invoices(typed), paid_by_cover(held.cover.id))
    return Calculation(found.lines, found.cents, by=_named(held.plan), notes=(_told(held),))


def _require_recommendation(case: Case, given: Mapping[str, Any]) -> None:
    claim, cover, _plan = find_claim(case.id)
    if given["recommendation"] == "grant":
        _require_within(case, given.get("amount_recommended") or 0, "amount_recommended")
    claim.paid_before_cents = paid_by_cover(cover.id, besides=case.id)


def _was_recommended(case: Case) -> bool:
    kind = find_kind(case.kind)
    return case.state in kind.states_to_decide or kind.table[case.state].phase is Phase.DECIDED


def plain_name(name: str) -> str:
    """A name without the dots and spaces that are written in it in many ways."""
    return "".join(letter for letter in name if letter.isalpha()).lower()


def _named(plan: Plan) -> str:
    return _("%(plan)s, by %(source)s", plan=plan.title, source=plan.source)


def _told(held: CoverRow) -> str:
    cover = held.cover
    return _(
        "You are covered from %(first)s to %(last)s, for treatment that begins on %(begin)s or later.",
        first=day(cover.covered_from), last=day(cover.covered_until), begin=day(cover.claims_from),
    )  # fmt: skip


def _holds(cover: Cover, on: date) -> bool:
    return cover.covered_from <= on <= cover.covered_until


def _require_cover(actor: Actor, begun: date, ended: date) -> Cover:
    """The cover within which the treatment lies."""
    if ended < begun:
        raise WrongInvoice(_("The treatment ended before it began."), field="stay_until")
    covers = [row.cover for row in list_own_covers(actor.member_id)] if actor.member_id else []
    if not covers:
        raise NotCovered(field="stay_from")
    cover = next((cover for cover in covers if _holds(cover, begun)), None)
    if cover is None:
        spans = ", ".join(_("%(first)s to %(last)s", first=day(each.covered_from), last=day(each.covered_until))
                          for each in covers)  # fmt: skip
        raise NotCovered(_("You were not covered on that day, only from %(spans)s. Your draft is kept.", spans=spans),
                         field="stay_from")  # fmt: skip
    if begun < cover.claims_from:
        raise NotCovered(_("The treatment began within the waiting days of your cover; it is paid for from %(day)s. Your draft is kept.",
                           day=day(cover.claims_from)), field="stay_from")  # fmt: skip
    if ended > cover.covered_until:
        raise NotCovered(_("Your cover ended on %(day)s. Claim what was treated until then, with the invoices of these days. Your draft is kept.",
                           day=day(cover.covered_until)), field="stay_until")  # fmt: skip
    return cover


def _require_sound(rows: list[Row], begun: date) -> None:
    """Every invoice is whole, adds up, is not older than the treatment, and is listed once."""
    seen: set[str] = set()
    for place, row in enumerate(rows):
        key = _key(row)
        for column in ("number", "code"):
            if row.get(column) and not is_as_printed(row[column]):
                raise _wrong(place, column, _("“%(typed)s”: write the digits as they are printed.", typed=row[column]))
        if not is_digital(row["number"]) and not plain(row.get("code", "")):
            raise _wrong(place, "code", _("Invoice %(number)s: write its code, too.", number=row["number"]))
        if key in seen:
            raise _wrong(place, "number", _("Invoice %(number)s is listed twice.", number=row["number"]))
        if row["insurance"] + row["self_paid"] > row["total"]:
            raise _wrong(
                place,
                "self_paid",
                _("Invoice %(number)s: both parts together are more than the total.", number=row["number"]),
            )
        if row["issued_on"] < begun:
            raise _wrong(place, "issued_on", _("Invoice %(number)s is older than the treatment.", number=row["number"]))
        seen.add(key)


def _wrong(place: int, column: str, words: str) -> WrongInvoice:
    return WrongInvoice(words, field=f"{INVOICES.prefix(place)}{column}")


def _hold(case: Case, rows: list[Row]) -> None:
    taken = hold_invoices(case.id, [*_indexes(rows), *file_indexes(digests_of(case.id))])
    for place, (row, index) in enumerate(zip(rows, _indexes(rows), strict=True)):
        if index in taken:
            raise InvoiceUsed(_("Invoice %(number)s is already used in another claim. An invoice is paid for once.",
                                number=row["number"]), field=f"{INVOICES.prefix(place)}number")  # fmt: skip


def _hold_again(case: Case) -> None:
    """Raises `InvoicesUsedMeanwhile`."""
    own = _indexes(_rows(case))
    if not hold_invoices(case.id, [*own, *file_indexes(digests_of(case.id))]).isdisjoint(own):
        raise InvoicesUsedMeanwhile


def _rest_on(case: Case, cover: Cover) -> None:
    """Note the cover the claim rests on; of a claim handed in again, the one it rests on now."""
    claim = db.session.execute(select(Claim).where(Claim.case_id == case.id)).scalar_one_or_none()
    if claim is None:
        db.session.add(Claim(id=uuid7(), case_id=case.id, member_id=case.member_id, cover_id=cover.id))
    else:
        claim.cover_id = cover.id


def _require_within(case: Case, amount: int, field: str) -> None:
    """Caps hold whatever is recommended, and nobody gets more than they paid. Decisions on one cover come one by one."""
    _claim, cover, plan = find_claim(case.id)
    take_turn(f"help.cover.{cover.id}")
    left = max(0, plan.period_cap_cents - paid_by_cover(cover.id, besides=case.id))
    paid = sum(row["self_paid"] for row in _rows(case))
    most = min(plan.claim_cap_cents, left, paid)
    if amount > most:
        raise BeyondFormula(_("This is more than the caps of the plan, or than the member paid, allow: at most %(amount)s.",
                              amount=yuan(most)), field=field)  # fmt: skip


def _last_moment(case: Case) -> Any:
    """Until when a refusal may be appealed; at once over where it was one on an appeal."""
    kind = find_kind(case.kind)
    appeal = next((step for step in kind.table.steps_from(case.state) if step.appeals_within), None)
    return now() if appeal is None or case.appealed_at is not None else last_moment(case, kind, appeal)


def _rows(case: Case) -> list[Row]:
    form = find_kind(case.kind).forms[case.form_version]
    return from_json(form, unseal(case, ANSWERS))["invoices"]


def _key(row: Row) -> str:
    return invoice_key(row.get("code", ""), row["number"])


def _indexes(rows: Iterable[Row]) -> list[bytes]:
    return invoice_indexes(_key(row) for row in rows)


def _invoices(rows: Iterable[Row]) -> list[Invoice]:
    return [Invoice(row["kind"], row["self_paid"]) for row in rows]


def _typed_invoices(typed: Mapping[str, Any]) -> list[Invoice]:
    """The invoices whose kind and amount can be read already."""
    found = []
    for row in typed.get(INVOICES.key) or ():
        try:
            kind, self_paid = (INVOICES.known[column].read(row.get(column)) for column in ("kind", "self_paid"))
        except ValidationError:
            continue
        if kind and self_paid is not None:
            found.append(Invoice(kind, self_paid))
    return found


def _read_day(typed: Any) -> date | None:
    try:
        return FORM.known["stay_from"].read(typed)
    except ValidationError:
        return None
