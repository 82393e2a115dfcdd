"""Live streams at a fair."""

from typing import Any
from uuid import UUID

from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.ids import uuid7

STREAM = "https://live.example.org/room/7"


def drafted(fair: Fair, **other: Any) -> UUID:
    content = fair.content(batch_id=uuid7(), title="劳模故事会", settings={"stream_url": STREAM}, **other)
    return fair.drafted_campaign(content, "live")


def announced(fair: Fair, **other: Any) -> UUID:
    campaign_id = drafted(fair, **other)
    for step in (SUBMIT, APPROVE, FREEZE):
        fair.step(campaign_id, step)
    return campaign_id
