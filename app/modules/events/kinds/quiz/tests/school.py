"""A zone whose bank has questions, and quizzes of them; members who answer right, wrong or late."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.early_posts import at_last
from app.modules.events.kinds.quiz.bank.schemas import Written
from app.modules.events.kinds.quiz.bank.writing import bring_in
from app.modules.events.kinds.quiz.handing_in import Sheet, hand_in
from app.modules.events.kinds.quiz.models import Attempt, ItemKey, Score
from app.modules.events.kinds.quiz.trying import begin
from app.modules.events.models import Entry
from app.modules.events.operations import Content
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.database import db

LAW, SAFETY = "劳动法律", "安全生产"
SETTINGS = {
    "parts": f"{LAW} 3\n{SAFETY} 2", "minutes": 10, "points_each": 20, "tries_a_day": 2, "tries_in_all": 3,
    "union_best": 2, "union_least": 1, "answers_shown": "at_once",
}  # fmt: skip


def questions(category: str, number: int) -> list[Written]:
    """Single, multiple and true or false in turn; every right option says so nowhere."""
    made = []
    for place in range(number):
        kind = ("single", "multiple", "true_false")[place % 3]
        options = () if kind == "true_false" else tuple(f"{category}{place}选项{each}" for each in range(4))
        right = {"single": 1 << place % 4, "multiple": 0b1010, "true_false": 1 + place % 2}[kind]
        made.append(
            Written(kind, category, "easy", f"{category}第{place}题", options, right, f"解析：{category}{place}")
        )
    return made


@dataclass(frozen=True)
class School:
    """A fair with quizzes."""

    fair: Fair

    def filled(self, number: int = 6) -> None:
        with self.fair.staff():
            bring_in(self.fair.maker, [*questions(LAW, number), *questions(SAFETY, number)])
            db.session.commit()

    def quiz(self, *, settings: dict[str, Any] | None = None, **other: Any) -> UUID:
        campaign_id = self.fair.drafted_campaign(self.quiz_content(settings, **other), "quiz")
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def quiz_content(self, settings: dict[str, Any] | None = None, **other: Any) -> Content:
        return self.fair.content(UUID(int=0), title="安全知识竞答", settings=SETTINGS | (settings or {}), **other)

    def begin(self, campaign_id: UUID, member_id: UUID) -> UUID:
        with self.fair.as_member(member_id):
            return begin(member_id, campaign_id)

    def hand_in(self, campaign_id: UUID, member_id: UUID, attempt_id: UUID, right: int = 5) -> None:
        """Answer the first `right` questions right, and leave the others open."""
        sheet = Sheet(attempt_id, member_id, self.right_places(attempt_id, right))
        with self.fair.as_member(member_id):
            at_last(hand_in(campaign_id, sheet))

    def take(self, campaign_id: UUID, member_id: UUID, right: int = 5) -> UUID:
        attempt_id = self.begin(campaign_id, member_id)
        self.hand_in(campaign_id, member_id, attempt_id, right)
        return attempt_id

    def right_places(self, attempt_id: UUID, right: int = 5) -> dict[int, list[int]]:
        """Where the right options of a paper's first questions stand."""
        with self.fair.work():
            paper = db.session.get_one(Attempt, (self.fair.zone.id, attempt_id))
            keys = {each.id: each.right for each in db.session.scalars(db.select(ItemKey))}
        chosen = [
            [place for place, option in enumerate(order) if keys[item_id] >> int(option) & 1]
            for item_id, order in zip(paper.item_ids, paper.orders, strict=True)
        ]
        return dict(enumerate(chosen[:right]))

    def attempt(self, attempt_id: UUID) -> Attempt:
        with self.fair.work():
            return db.session.get_one(Attempt, (self.fair.zone.id, attempt_id))

    def score(self, campaign_id: UUID, member_id: UUID) -> Score:
        with self.fair.work():
            own = db.select(Score).join(Entry, (Entry.id == Score.id) & (Entry.zone_id == Score.zone_id))
            return db.session.scalars(own.where(Entry.campaign_id == campaign_id, Entry.member_id == member_id)).one()
