"""A certificate as a file, for its contestant and for staff."""

from typing import Any

from flask import Response, url_for

from app.core.clock import CHINA
from app.core.downloads import disposition
from app.core.i18n import speaking
from app.core.platform import platform
from app.modules.events.kinds.competition.certifying import check_code
from app.modules.events.kinds.competition.models import Contestant
from app.modules.events.kinds.competition.paper import Facts, write_certificate
from app.modules.events.kinds.competition.teams.queries import find_team_member
from app.modules.events.kinds.competition.words import AWARDS
from app.modules.events.models import Campaign
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db


def certificate_response(certificate: Any, contestant: Contestant, campaign: Campaign) -> Response:
    """The certificate of a contestant, to be saved by this reader alone."""
    zone, code = current_zone(), check_code(certificate.serial)
    link = url_for("events.competition.check", serial=certificate.serial, code=code)
    holder = find_team_member(certificate.holder_id) if certificate.team else contestant
    names = {each: db.session.scalar(db.select(Union.name).where(Union.id == each)) or "" for each in (holder.union_id, zone.union_id)}  # fmt: skip
    with speaking("zh_CN"):
        award = str(AWARDS[certificate.award])
    facts = Facts(
        name=holder.name, union=" · ".join(each for each in (certificate.team, names[holder.union_id]) if each), campaign=campaign.title, award=award, issuer=names[zone.union_id],
        day=certificate.issued_at.astimezone(CHINA).date(), serial=certificate.serial,
        code=" ".join(code[place : place + 4] for place in range(0, len(code), 4)), link=platform().url(zone.host, link),
    )  # fmt: skip
    answer = Response(write_certificate(facts), mimetype="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = disposition(f"{campaign.title}-{certificate.serial}.pdf", "certificate")
    return answer
