"""Every move in every state by everybody, with who may what written down once more."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.clock import today_in_china
from app.core.errors import Conflict, DomainError, Forbidden, NotFound
from app.modules.legal_aid.fees import bouncing, claiming, deciding, paying
from app.modules.legal_aid.fees.states import APPROVE, MOVES, REFUSE, RETURN, ClaimState
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

ROLES = ("lawyer", "approver", "cashier", "second")
CASHIERS = {"cashier", "second"}
MAY = {
    ("draft", "claim_fee"): {"lawyer"},
    ("returned", "claim_fee"): {"lawyer"},
    ("draft", "withdraw_fee"): {"lawyer"},
    ("claimed", "withdraw_fee"): {"lawyer"},
    ("returned", "withdraw_fee"): {"lawyer"},
    ("claimed", "return_fee"): {"approver"},
    ("claimed", "refuse_fee"): {"approver"},
    ("returned", "refuse_fee"): {"approver"},
    ("approved", "refuse_fee"): {"approver"},
    ("claimed", "approve_fee"): {"approver"},
    ("approved", "pay_fee"): CASHIERS,
    ("paid", "correct_fee_payment"): CASHIERS,
    ("paid", "bounce_fee"): {"second"},
    ("approved", "undo_fee_bounce"): set(),
}
"""Who may move a claim on; nobody else may, and nowhere else. What the cashier paid, another notes as sent back; where nothing came
back, nobody undoes it."""
DEEDS = {
    "claim_fee": lambda actor, claim: claiming.claim_fee(actor, claim.id),
    "withdraw_fee": lambda actor, claim: claiming.withdraw_claim(actor, claim.id, seen=None),
    "return_fee": lambda actor, claim: deciding.decide(actor, claim.id, RETURN, "请补充", seen=None),
    "refuse_fee": lambda actor, claim: deciding.decide(actor, claim.id, REFUSE, "不符合规定", seen=None),
    "approve_fee": lambda actor, claim: deciding.decide(actor, claim.id, APPROVE, seen=None),
    "pay_fee": lambda actor, claim: paying.note_payment(actor, claim.id, today_in_china(), "流水0001", seen=None),
    "correct_fee_payment": lambda actor, claim: paying.correct_payment(
        actor, claim.id, today_in_china(), "流水0002", "填错", seen=None
    ),
    "bounce_fee": lambda actor, claim: bouncing.note_bounce(actor, claim.id, today_in_china(), "账号有误", seen=None),
    "undo_fee_bounce": lambda actor, claim: bouncing.undo_bounce(actor, claim.id, seen=None),
}
LEADS = {
    "draft": (), "claimed": ("claim_fee",), "withdrawn": ("claim_fee", "withdraw_fee"), "returned": ("claim_fee", "return_fee"),
    "refused": ("claim_fee", "refuse_fee"), "approved": ("claim_fee", "approve_fee"), "paid": ("claim_fee", "approve_fee", "pay_fee"),
}  # fmt: skip


@pytest.mark.parametrize("state", ClaimState)
def test_every_move_by_everybody(office, state):
    claim_id = office.begun(office.over())
    assert office.write(claim_id, "save").status_code == 302
    zone, actors = office.panel.desk.zone, {role: office.actor(role) for role in ROLES if role != "second"}
    actors["second"] = replace(actors["cashier"], account_id=uuid7())
    by = {move.deed: str(move.hand) for move in MOVES}
    for deed in LEADS[state]:
        with scope(Plane.STAFF, zone=zone, actor=actors[by[deed]]):
            DEEDS[deed](actors[by[deed]], office.find_here(claim_id))
            db.session.commit()
    claim = office.find(claim_id)
    assert claim.state == state
    for deed, do in DEEDS.items():
        for role, actor in actors.items():
            with scope(Plane.STAFF, zone=zone, actor=actor):
                outcome = attempt(lambda do=do, actor=actor: do(actor, claim))
                after = office.find_here(claim_id)
                moved = (after.state, after.version) != (claim.state, claim.version)
                db.session.rollback()
            assert moved == (role in MAY.get((state, deed), ())), (deed, role, outcome)


def attempt(do) -> str:
    try:
        do()
    except (Conflict, Forbidden, NotFound) as refusal:
        return type(refusal).__name__
    return "done"


def test_the_table_says_the_same():
    assert {(source, move.deed) for move in MOVES for source in move.sources} == MAY.keys()
    assert DEEDS.keys() == {move.deed for move in MOVES}


def test_nobody_pays_on_a_day_that_cannot_be(office):
    claim_id = office.approved()
    actor = office.actor("cashier")
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=actor), pytest.raises(DomainError):
        paying.note_payment(actor, claim_id, date(2020, 1, 1), "流水0001", seen=None)
