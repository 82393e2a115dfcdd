"""The link by which a team is joined: nobody makes one who was not sent it."""

import hmac
from uuid import UUID

from app.core.platform import platform
from tenants.context import current_zone

CODE_LENGTH = 20


def code_of(team_id: UUID) -> str:
    """What a team's link holds."""
    return platform().blind_index.of("events_team", f"{current_zone().id}|{team_id}").hex()[:CODE_LENGTH]


def is_good(team_id: UUID, code: str) -> bool:
    """Whether a link is that of the team."""
    return hmac.compare_digest(code.encode(), code_of(team_id).encode())
