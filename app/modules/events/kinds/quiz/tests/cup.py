"""A quiz of the city whose zones are ranked together."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.modules.events.kinds.quiz.citywide import queries
from app.modules.events.kinds.quiz.citywide.models import Standing
from app.modules.events.kinds.quiz.citywide.sending import send_results
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.operations import Content, draft_campaign
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.sharing.tests.citywide import CityFair
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.database import db
from tenants.ids import uuid7


class Cup:
    """A quiz of the city whose zones are ranked together, held by the city's own zone and by one below with an empty bank."""

    def __init__(self, above: CityFair, fair: Fair, **settings: Any) -> None:
        self.city, self.below = School(above), School(fair)
        self.city.filled()
        self.shared_id = self.city.quiz(settings={"ranked_citywide": True} | settings, shared_down=True)
        self.own_id: UUID | None = None

    def draft(self, **settings: Any) -> UUID:
        """The zone's own one, with the city's settings and these."""
        fair = self.below.fair
        with fair.staff():
            shared = db.session.get_one(SharedCampaign, self.shared_id)
            content = Content(title=shared.title, opens_at=shared.opens_at, closes_at=shared.closes_at, rules=shared.rules_html,
                              shared_id=shared.id, settings=shared.settings | settings)  # fmt: skip
            made = draft_campaign(fair.maker, uuid7(), "quiz", content)
            db.session.commit()
            return made.id

    def take_up(self) -> UUID:
        self.own_id = self.draft()
        for step in (SUBMIT, APPROVE, FREEZE):
            self.below.fair.step(self.own_id, step)
        return self.own_id

    def send(self, *schools: School) -> None:
        for school in schools or (self.city, self.below):
            with school.fair.work():
                for _part in send_results():
                    db.session.commit()

    def rows(self, fair: Fair | None = None) -> list:
        with (fair or self.below.fair).as_member(uuid7()):
            return list(queries.list_best(self.shared_id))

    def standings(self, reader) -> int:
        with reader:
            return len(db.session.scalars(select(Standing.points).where(Standing.shared_id == self.shared_id)).all())
