"""Surveys at a fair, and members who answer them."""

from typing import Any
from uuid import UUID

from app.core.clock import now
from app.modules.events.kinds.survey.answering import send
from app.modules.events.kinds.survey.models import Ballot, FreeText, Sheet, Tally
from app.modules.events.kinds.survey.questions import Answers
from app.modules.events.kinds.survey.results import Result, find_results
from app.modules.events.kinds.survey.settling import STILL_COMING
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, Fair
from tenants.database import db


def row(prompt: str, kind: str = "single", options: str = "", jumps: str = "", **other: Any) -> dict[str, Any]:
    return {"prompt": prompt, "kind": kind, "options": options, "jumps": jumps, "is_required": False,
            "starts_page": False} | other  # fmt: skip


QUESTIONS = [
    row("用过食堂吗？", options="用过\n没用过", jumps="B 4", is_required=True),
    row("饭菜怎么样？", "scale", "很差\n很好"),
    row("常吃哪些？", "multiple", "面食\n米饭\n汤", jumps="5"),
    row("为什么不用？", "short"),
    row("还想说什么？", "long", starts_page=True),
]
USED: Answers = {1: 1, 2: 5, 3: [1, 3], 5: "汤再热一点"}
NOT_USED: Answers = {1: 2, 4: "离得远"}


class Inquiry:
    """A fair with surveys."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair

    def drafted(self, questions: list[dict[str, Any]] | None = None, **other: Any) -> UUID:
        settings = {"mode": "anonymous", "is_published": True, "prizes": [], "passes_on": False} | other.pop(
            "settings", {}
        )
        settings["questions"] = QUESTIONS if questions is None else questions
        content = self.fair.content(UUID(int=0), title="食堂满意度问卷", settings=settings, **other)
        return self.fair.drafted_campaign(content, "survey")

    def announced(self, questions: list[dict[str, Any]] | None = None, **other: Any) -> UUID:
        campaign_id = self.drafted(questions, **other)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def send(self, campaign_id: UUID, member_id: UUID, answers: Answers = USED) -> None:
        campaign = self.fair.campaign(campaign_id)
        with self.fair.as_member(member_id):
            send(member_id, campaign, answers)
            db.session.commit()

    def unions(self, *sizes: int) -> list[list[UUID]]:
        """Members of new unions right below the zone's, so many of each."""
        world, here = self.fair.world, self.fair.world.union_of(self.fair.zone)
        below = [world.union(f"第{place}分会", parent=here) for place in range(len(sizes))]
        people = [[world.member(union) for _ in range(size)] for union, size in zip(below, sizes, strict=True)]
        return [[each.member_id for each in group if each.member_id] for group in people]

    def close(self, clock, campaign_id: UUID) -> None:
        """Let the time of the campaign pass, and all that is decided after it."""
        for moment in (A_DAY, STILL_COMING):
            clock.shift(moment)
            self.fair.tick()
        assert self.fair.campaign(campaign_id).settled_at is not None, now()

    def results(self, campaign_id: UUID, **other: Any) -> list[Result] | None:
        campaign = self.fair.campaign(campaign_id)
        with self.fair.staff():
            return find_results(campaign, "all", "rest", **other)

    def ballots(self) -> list[Ballot]:
        with self.fair.work():
            return list(db.session.scalars(db.select(Ballot)))

    def sheets(self) -> list[Sheet]:
        with self.fair.work():
            return list(db.session.scalars(db.select(Sheet)))

    def tallies(self) -> list[Tally]:
        with self.fair.work():
            return list(db.session.scalars(db.select(Tally)))

    def texts(self) -> list[FreeText]:
        with self.fair.work():
            return list(db.session.scalars(db.select(FreeText).order_by(FreeText.id)))
