"""Calls for works at a fair: sending is open for a day, voting for another."""

import io
from typing import Any
from uuid import UUID

from PIL import Image

from app.core.clock import now
from app.modules.events.kinds.works import reviewing, sending, voting
from app.modules.events.kinds.works.models import ShownWork, Vote, Work
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.database import db


def photo(colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(target, "JPEG")
    return target.getvalue()


class Atelier:
    """A fair with calls for works."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair

    def drafted(self, **other: Any) -> UUID:
        opens_at = now() + SOON
        settings = {
            "send_until": opens_at + A_DAY, "vote_from": opens_at + A_DAY, "least_pictures": 1, "author_shown": "name",
            "votes_a_day": 2, "votes_in_all": 3, "prizes": [], "passes_on": False,
        } | other.pop("settings", {})  # fmt: skip
        content = self.fair.content(UUID(int=0), title="摄影征集", settings=settings, opens_at=opens_at,
                                    closes_at=opens_at + 3 * A_DAY, **other)  # fmt: skip
        return self.fair.drafted_campaign(content, "works")

    def announced(self, **other: Any) -> UUID:
        campaign_id = self.drafted(**other)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def send(self, campaign_id: UUID, member_id: UUID, title: str = "晨光", words: str = "", pictures: int = 1) -> UUID:
        campaign = self.fair.campaign(campaign_id)
        with self.fair.as_member(member_id):
            sent = [(photo(), f"我的照片{number}.jpg") for number in range(pictures)]
            work = sending.send(member_id, campaign, title, words, sent)
            db.session.commit()
            return work.id

    def withdraw(self, campaign_id: UUID, member_id: UUID) -> None:
        campaign = self.fair.campaign(campaign_id)
        with self.fair.as_member(member_id):
            sending.withdraw(member_id, campaign)
            db.session.commit()

    def accept(self, work_id: UUID) -> None:
        mark = self.work(work_id).mark
        with self.fair.staff():
            reviewing.accept(self.fair.maker, work_id, seen=mark)
            db.session.commit()

    def refuse(self, work_id: UUID, reason: str = "看不清") -> None:
        mark = self.work(work_id).mark
        with self.fair.staff():
            reviewing.refuse(self.fair.maker, work_id, reason=reason, seen=mark)
            db.session.commit()

    def take_down(self, work_id: UUID, reason: str = "冒用他人作品") -> None:
        mark = self.work(work_id).mark
        with self.fair.staff():
            reviewing.take_down(self.fair.maker, work_id, reason=reason, seen=mark)
            db.session.commit()

    def vote(self, campaign_id: UUID, member_id: UUID, work_id: UUID) -> None:
        campaign = self.fair.campaign(campaign_id)
        with self.fair.as_member(member_id):
            voting.vote(member_id, campaign, work_id)
            db.session.commit()

    def work(self, work_id: UUID) -> Work:
        with self.fair.staff():
            return db.session.get_one(Work, (self.fair.zone.id, work_id), populate_existing=True)

    def shown(self) -> list[ShownWork]:
        with self.fair.staff():
            return list(db.session.scalars(db.select(ShownWork).order_by(ShownWork.id)))

    def votes(self) -> list[Vote]:
        with self.fair.staff():
            return list(db.session.scalars(db.select(Vote)))
