"""An objection to a handler, for the walks that open every page."""

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.casework.recusals.models import CaseRecusal
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.forms import typed


def objected(zone: ZoneFacts, member: FlaskClient, path: str, case_id: UUID) -> UUID:
    """The id of the member's objection to whoever has their case; `path` is the case's page of theirs."""
    action = f"{path}/recusal"
    form = typed(member.get(path).text, action, recusal_reason="经办人与我单位人事主管是亲属，可能影响公正办理")
    assert member.post(action, data=form).status_code == 302
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(select(CaseRecusal.id).where(CaseRecusal.case_id == case_id)).scalar_one()
