"""What pages of a case say of handing it over: for the desk, and for the member, who is asked and finds the way through both."""

from uuid import UUID

from app.casework.access.standing import require_hand
from app.casework.handover.models import OPEN_WAYS, Way
from app.casework.handover.proposing import may_leave
from app.casework.handover.queries import find_origin, list_handovers, reason_of
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.platform import platform
from tenants.context import current_actor
from tenants.database import db
from tenants.models import Zone

KEY = "handover"
ENDED = (Way.REFUSED, Way.DECLINED, Way.WITHDRAWN, Way.LAPSED)


def _show_to_desk(case: Case, _refused: Form | None) -> Values | None:
    found = list_handovers(case.id)
    latest, origin = (found[0] if found else None), find_origin(case.id)
    may_propose = may_leave(case) and (latest is None or latest.state in ENDED) and _has_hand(case)
    if latest is None and origin is None and not may_propose:
        return None
    return {
        "latest": latest,
        "reason": reason_of(latest) if latest else "",
        "may_withdraw": latest is not None and latest.state in OPEN_WAYS and _has_hand(case),
        "may_propose": may_propose,
        "origin": origin,
    }


def _has_hand(case: Case) -> bool:
    try:
        require_hand(current_actor(), case)
    except DomainError:
        return False
    return True


def _show_to_member(case: Case, _refused: Form | None) -> Values | None:
    found = next((each for each in list_handovers(case.id) if each.state not in ENDED), None)
    origin = find_origin(case.id)
    if found is None and origin is None:
        return None
    return {
        "handover": found,
        "reason": reason_of(found) if found else "",
        "zone": db.session.get_one(Zone, found.to_zone_id).name if found else "",
        # The case has the hand-over's id there.
        "href": _href(found.to_zone_id, case.module, found.id) if found else "",
        "origin": origin,
        "origin_href": _href(origin.from_zone_id, case.module, origin.from_case_id) if origin else "",
    }


def _href(zone_id: UUID, module: str, case_id: UUID) -> str:
    """A member's page of a case in another zone."""
    zone = platform().registry.by_id(zone_id)
    return platform().url(zone.host, f"/{module}/{case_id}") if zone else ""


DESK = Panel(KEY, "casework/handover/desk.html", _show_to_desk, is_beside=True)
MEMBER = Panel(KEY, "casework/handover/member.html", _show_to_member)
