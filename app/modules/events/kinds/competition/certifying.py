"""Certificates: issued when the last round is final, checked by anybody who has one in hand, and revoked with a reason."""

import hmac
from uuid import UUID

from sqlalchemy import Row, func, select

from app.core.audit import record
from app.core.clock import CHINA, now
from app.core.halfwidth import fold
from app.core.identifiers.masks import mask_name
from app.core.platform import platform
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.errors import MovedOn
from app.modules.events.kinds.competition.models import Certificate, Contestant, Round, Start
from app.modules.events.kinds.competition.registering import require_outsider
from app.modules.events.kinds.competition.states import TAKES_PART
from app.modules.events.kinds.competition.teams.queries import list_all_people
from app.modules.events.models import Campaign
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

CODE_LENGTH = 20
"""Hexadecimal digits: nobody finds one by trying."""


def certify(held: Round, campaign: Campaign) -> None:
    """Issue a certificate to who won an award, in the order of the ranking, of a team to everybody in it, and tell them."""
    take_turn(f"events.competition.serials.{current_zone().id}")
    won = (
        select(Start, Contestant)
        .join(Contestant, (Contestant.zone_id == Start.zone_id) & (Contestant.id == Start.contestant_id))
        .where(Start.round_id == held.id, Start.award.is_not(None), Contestant.state.in_(TAKES_PART))
        .order_by(Start.place, Start.number)
    )
    moment, last = now(), db.session.scalar(select(func.count()).select_from(Certificate)) or 0
    year = moment.astimezone(CHINA).year
    teams = list_all_people(campaign.id)
    holders = [
        (start, contestant, holder)
        for start, contestant in db.session.execute(won)
        for holder in (teams.get(contestant.team_id, []) if contestant.team_id else [contestant])
    ]
    for number, (start, contestant, holder) in enumerate(holders, start=last + 1):
        db.session.add(Certificate(id=uuid7(), campaign_id=campaign.id, contestant_id=contestant.id, holder_id=holder.id, award=start.award,
                                   team=contestant.name if contestant.team_id else "", serial=f"{year}-{number:05d}",
                                   masked_name=mask_name(holder.name), issued_at=moment))  # fmt: skip
        if holder.member_id:
            notify("events.competition_certificate", holder.member_id, {"title": campaign.title},
                   dedupe_key=f"events.competition_certificate:{campaign.id}", href=f"/events/competition/{campaign.id}")  # fmt: skip
    db.session.flush()
    record("events.competition_certify", object_type="events_campaign", object_id=campaign.id)


def check_code(serial: str) -> str:
    """What stands on the paper beside its serial number: nobody makes one who has not seen it."""
    return platform().blind_index.of("competition_certificate", f"{current_zone().id}|{serial}").hex()[:CODE_LENGTH]


def check(serial: str, code: str) -> Row | None:
    """What anybody with the paper in hand may know of it; None for a serial number and code that don't belong together."""
    typed = "".join(fold(code).split()).lower()
    if not hmac.compare_digest(typed.encode(), check_code(serial).encode()):
        return None
    return queries.find_by_serial(serial)


def revoke(actor: Actor, certificate_id: UUID, *, reason: str) -> Certificate:
    """Revoke a certificate for good. Raises `TakesPartThemselves`, and `MovedOn` for one that was."""
    take_turn(f"events.competition.certificate.{certificate_id}")
    found = queries.find_certificate(certificate_id)
    require_outsider(actor, found.campaign_id)
    if found.revoked_at is not None:
        raise MovedOn
    found.revoked_at, found.revoked_reason, found.revoked_by_name = now(), reason, actor.name
    db.session.flush()
    record("events.competition_revoke", object_type="events_competition_certificate", object_id=found.id,
           serial=found.serial, reason=reason)  # fmt: skip
    return found
