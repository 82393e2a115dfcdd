"""The decision on money that the accounts alone keep, read by who pays: it proves what was paid."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework import display
from app.casework.here import module_here
from app.casework.retention.accounts import read_decision
from app.casework.routes import PAY, Route


def decision(order_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*read_decision(module_here(), order_id, letter_id))


ROUTES = (Route("/payments/<uuid:order_id>/letters/<uuid:letter_id>", "kept_decision", decision, right=PAY),)
