"""The list by the clock begins with what is urgent, page by page."""

from sqlalchemy import update

from app.casework.models import Case
from app.casework.queue import Filters, list_queue
from app.core.clock import now
from tenants.context import Actor, Plane, scope
from tenants.database import db


def test_pages_follow_one_another_by_urgency_then_clock_then_what_has_no_clock(desk):
    urgent, urgent_paused, calm, calm_paused = (
        desk.submitted("arbitration", alarm=["danger"]),
        desk.submitted("arbitration", alarm=["many"]),
        desk.submitted("consultation"),
        desk.submitted("consultation"),
    )
    with scope(Plane.WORKER, zone=desk.zone):
        paused = Case.id.in_((urgent_paused, calm_paused))
        db.session.execute(update(Case).where(paused).values(due_at=None, paused_at=now()))
        db.session.commit()
    reader = Actor(permissions=frozenset({"legal_aid.review"}), ties=frozenset({desk.zone.union_path}))
    with scope(Plane.STAFF, zone=desk.zone, actor=reader):
        whole = [row.id for row in list_queue(reader, "legal_aid", Filters()).rows]
        assert whole == [urgent, urgent_paused, calm, calm_paused]
        page = list_queue(reader, "legal_aid", Filters(), size=1)
        found = [row.id for row in page.rows]
        while page.next_after:
            page = list_queue(reader, "legal_aid", Filters(after=page.next_after), size=1)
            found += [row.id for row in page.rows]
        assert found == whole
