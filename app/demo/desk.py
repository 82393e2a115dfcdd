"""What goes on at the demo's desk after decisions: money, a public notice, a lawyer and a hearing, a case that moves on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from app.casework.handover.proposing import propose_handover
from app.casework.handover.queries import find_under_way
from app.casework.payments.batches import make_batch, release_batch
from app.casework.payments.models import PaymentBatch
from app.casework.payments.outcomes import Outcome, enter_outcome
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.payments.queries import list_attempts, list_orders
from app.casework.payments.states import LineOutcome
from app.casework.public_notice.drafting import draft_notice, publish_notice
from app.casework.public_notice.models import Notice
from app.casework.steps import take_step
from app.core.clock import CHINA, today_in_china
from app.demo.actors import staff_actor
from app.demo.content import LAWYER_FIRM, LAWYER_NAME
from app.demo.ids import demo_id
from app.identity.queries import list_colleagues
from app.modules.legal_aid.hearings.models import Hearing, Stage
from app.modules.legal_aid.hearings.operations import HearingFacts, set_hearing
from app.modules.legal_aid.lawyers.assigning import accept, offer
from app.modules.legal_aid.lawyers.operations import LawyerFacts, add_lawyer, invite_lawyer
from app.modules.legal_aid.lawyers.queries import find_live, list_assignments
from app.modules.legal_aid.rights import COUNSEL
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db


@dataclass(frozen=True)
class Desk:
    """Who works at a zone's desk."""

    handler: Actor
    decider: Actor
    cashier: Actor
    lawyer: Actor

    @classmethod
    def of(cls, zone: ZoneFacts, accounts: Mapping[str, UUID]) -> "Desk":
        handler, decider, cashier = (
            staff_actor(zone, accounts, role) for role in ("caseworker", "zone_admin", "cashier")
        )
        return cls(handler, decider, cashier, staff_actor(zone, accounts, "lawyer", LAWYER_NAME))


def pay(zone: ZoneFacts, desk: Desk, applicant: Actor, case_id: UUID, card: str, *, is_settled: bool) -> None:
    """Have a grant paid to the applicant's card; one that is not settled waits for its batch to be released."""
    batch_id = demo_id("batch", zone.id, str(case_id))
    with scope(Plane.STAFF, zone=zone, actor=desk.cashier):
        if db.session.get(PaymentBatch, (zone.id, batch_id)) is not None:
            return
    with scope(Plane.MEMBER, zone=zone, actor=applicant):
        tell_account(applicant, case_id, Payee("海城商业银行霞山支行", card, applicant.name))
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.cashier):
        (order,) = list_orders(case_id)
        batch = make_batch(desk.cashier, "help", batch_id, [order.id])
        db.session.commit()
    if not is_settled:
        return
    with scope(Plane.STAFF, zone=zone, actor=desk.decider):
        release_batch(desk.decider, "help", batch.id)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.cashier):
        ((line, _batch),) = list_attempts(order.id)
        paid = Outcome(LineOutcome.PAID, today_in_china(), "海商银20261126000187")
        enter_outcome(desk.cashier, "help", order.id, line.row.id, paid)
        db.session.commit()


def put_on_notice(zone: ZoneFacts, desk: Desk, case_id: UUID) -> None:
    """Put a grant on public notice from today."""
    notice_id = demo_id("notice", zone.id)
    with scope(Plane.STAFF, zone=zone, actor=desk.handler):
        if db.session.get(Notice, (zone.id, notice_id)) is None:
            draft_notice(desk.handler, "help", notice_id, "困难职工帮扶拟救助名单公示", [case_id])
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.decider):
        if db.session.get_one(Notice, (zone.id, notice_id)).published_at is None:
            publish_notice(desk.decider, "help", notice_id)
        db.session.commit()


def give_lawyer(zone: ZoneFacts, desk: Desk, case_id: UUID, mobile: str) -> None:
    """Put a lawyer on the panel, who takes the case and sets its hearing."""
    lawyer_id = demo_id("lawyer", zone.id)
    facts = LawyerFacts(
        LAWYER_NAME, "14408201510000001", LAWYER_FIRM, mobile, ("wages", "injury"),
        today_in_china() - timedelta(days=400), None,
    )  # fmt: skip
    with scope(Plane.STAFF, zone=zone, actor=desk.decider):
        add_lawyer(desk.decider, lawyer_id, facts)
        invite_lawyer(desk.decider, lawyer_id, _account_of(desk.lawyer))
        db.session.commit()
    give_case(zone, desk, case_id)
    with scope(Plane.STAFF, zone=zone, actor=desk.handler):
        if db.session.get(Hearing, (zone.id, demo_id("hearing", zone.id))) is None:
            take_step(
                desk.handler,
                case_id,
                "file",
                {"filing": "已由钟启明律师向霞山区劳动人事争议仲裁委员会提交仲裁申请，当日收讫。"},
            )
            set_hearing(desk.handler, case_id, demo_id("hearing", zone.id), _hearing())
        db.session.commit()


def give_case(zone: ZoneFacts, desk: Desk, case_id: UUID) -> None:
    """Offer a case that is under way to the lawyer, who takes it; done once."""
    with scope(Plane.WORKER, zone=zone):
        lawyers = list_colleagues(COUNSEL, zone.union_path)
        was_given = bool(list_assignments(case_id))
        db.session.commit()
    if was_given:
        return
    with scope(Plane.STAFF, zone=zone, actor=desk.handler):
        offer(desk.handler, case_id, demo_id("lawyer", zone.id), lawyers)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.lawyer):
        live = find_live(case_id)
        if live is not None:
            accept(desk.lawyer, live.id)
        db.session.commit()


def _account_of(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise LookupError(actor.name)
    return actor.account_id


def _hearing() -> HearingFacts:
    at = datetime.combine(today_in_china() + timedelta(days=12), time(9, 30), CHINA)
    return HearingFacts(
        Stage.ARBITRATION, at, 120,
        {"forum": "霞山区劳动人事争议仲裁委员会", "docket": "霞劳人仲案字〔2026〕318号", "place": "霞山区人力资源大楼三楼第二仲裁庭",
         "bring": "身份证原件、工资欠条、考勤记录"},
    )  # fmt: skip


def propose_elsewhere(zone: ZoneFacts, desk: Desk, case_id: UUID, target: ZoneFacts, reason: str) -> None:
    """Ask the member whether another zone may go on with their case."""
    with scope(Plane.STAFF, zone=zone, actor=desk.handler):
        if find_under_way(case_id) is None:
            propose_handover(desk.handler, case_id, target.id, reason)
        db.session.commit()
