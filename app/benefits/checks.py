"""Whether the ledgers of a zone are whole: asked again and again by background work, and kept for the console."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.beans import checking as beans
from app.benefits.vouchers import checking as vouchers
from app.benefits.vouchers.conflicts import count_open
from app.benefits.wechat.doubts import count_doubts
from app.core.clock import now
from tenants.context import current_zone
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7
from tenants.models import PathText

LEDGERS: dict[str, Callable[[], dict[str, int]]] = {"beans": beans.faults, "vouchers": vouchers.faults}
"""What checks each ledger: how many rows break each rule that is broken."""
log = structlog.get_logger()


class BenefitCheck(ZoneScoped, db.Model):
    """What the last check of a ledger found; no faults where it is whole."""

    __tablename__ = "benefit_checks"

    ledger: Mapped[str] = mapped_column(PathText)
    faults: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]


def check_ledgers() -> None:
    """Check every ledger of the running zone; what is not whole is an alarm in the log and in the console. On the worker plane."""
    for ledger, faults in LEDGERS.items():
        found = faults()
        if found:
            log.error("ledger-not-whole", zone=current_zone().slug, ledger=ledger, faults=found)
        told = {"faults": found, "checked_at": now()}
        row = insert(BenefitCheck).values(zone_id=current_zone().id, id=uuid7(), ledger=ledger, **told)
        db.session.execute(row.on_conflict_do_update(constraint="benefit_checks_one", set_=told))


def last_check(ledger: str) -> BenefitCheck | None:
    return db.session.scalar(select(BenefitCheck).where(BenefitCheck.ledger == ledger))


def count_alarms() -> int:
    """Ledgers of the zone that were not whole when they were last checked, for the console's desk."""
    broken = BenefitCheck.faults != literal({}, JSONB)
    return db.session.execute(select(func.count()).select_from(BenefitCheck).where(broken)).scalar_one()


def count_to_see_to() -> int:
    """What waits for somebody at the reconciliation and the pages behind it, for the console's menu: ledgers that are not whole, what was taken without
    network and not agreed about, coupons that are uncertain at WeChat."""
    return count_alarms() + count_open() + count_doubts()
