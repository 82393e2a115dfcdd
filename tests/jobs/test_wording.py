"""What staff read of background work is in words; what programmers need is folded away."""

import re

import pytest

from app.core.jobs.registry import handlers
from app.core.jobs.wording import reason_of, title_of
from app.core.outbox import OutboxEvent, emit
from tenants.context import Plane, scope
from tenants.database import db


def test_every_job_of_the_house_says_what_it_does(app):
    own = [handler for handler in handlers.values() if handler.part != "testing" and handler.function.__module__.startswith("app.")]  # fmt: skip
    assert own
    assert [handler.name for handler in own if not handler.title] == []


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("help-wrong-state: 申请已被处理", "申请已被处理"),
        ("KeyError at app/members/roster/merging.py:88", "程序遇到未预料的情况"),
        ("OperationalError", "程序遇到未预料的情况"),
        ("the zone is archived", "专区已关闭"),
        ("every worker that ran this ended before it did", "每次执行都在完成前中断"),
        ("the provider could not take it for 1 day: 503", "服务商整整一天"),
        ("for a reason no sentence knows", "未能完成"),
    ],
)
def test_the_end_of_an_event_is_said_in_a_sentence(app, kept, said):
    with app.test_request_context():
        assert reason_of(kept).startswith(said)


def test_the_desk_shows_titles_and_sentences_and_folds_the_rest(world):
    zone = world.zone()
    with scope(Plane.STAFF, zone=zone):
        emit("notifications.deliver", dedupe_key="test", payload={})
        db.session.execute(db.update(OutboxEvent).values(state="dead", last_error="KeyError at app/x.py:1"))
        db.session.commit()
    page = world.client(zone, world.staff(zone)).get("/console/jobs").text.partition("<main")[2]
    open_text = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "发送短信或邮件" in open_text
    assert "程序遇到未预料的情况" in open_text
    for machine in ("notifications.deliver", "KeyError"):
        assert machine in page
        assert machine not in open_text


def test_work_whose_part_is_gone_is_called_that(app):
    with app.test_request_context():
        assert title_of("gone.work") == "已卸载模块的后台任务"
