"""The pages of a lottery: its prizes in the form, registering, and what came of it."""

from contextlib import closing

import pytest
import time_machine

from app.core.clock import now
from app.core.downloads import WORKBOOK
from app.members.audience.choice import Audience
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.models import Campaign
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, only_campaign, post, typed
from tenants.database import db

NEW = "/console/events/new/lottery"


@pytest.fixture
def tombola(fair) -> Tombola:
    return Tombola(fair)


def form(fair, **other) -> dict[str, str]:
    first, second = str(fair.approved(title="电影票")), str(fair.approved(title="图书"))
    facts = typed(fair) | {
        "prizes-0-title": "一等奖", "prizes-0-batch_id": first, "prizes-0-quantity": "1",
        "prizes-1-title": "二等奖", "prizes-1-batch_id": second, "prizes-1-quantity": "２",
    }  # fmt: skip
    return {name: value for name, value in (facts | other).items() if name not in ("batch_id", "mode")}


def written(fair) -> list[tuple[str, int]]:
    return [(each["title"], each["quantity"]) for each in only_campaign(fair).settings["prizes"]]


def test_prizes_are_written_in_rows_and_empty_rows_are_none(fair):
    assert post(desk(fair), NEW, **form(fair, **{"prizes-2-title": "", "prizes-2-quantity": " "})).status_code == 303
    assert written(fair) == [("一等奖", 1), ("二等奖", 2)]


def test_rows_are_added_moved_and_taken_out_with_everything_typed_kept(fair):
    client = desk(fair)
    more = post(client, NEW, **form(fair, step="add:prizes:0"))
    assert more.status_code == 200
    assert 'name="prizes-3-title"' in more.text
    assert 'value="二等奖"' in more.text
    moved = post(client, NEW, **form(fair, step="up:prizes:1")).text
    assert moved.index('value="二等奖"') < moved.index('value="一等奖"')
    left = post(client, NEW, **form(fair, step="remove:prizes:0")).text
    assert 'value="一等奖"' not in left
    assert 'value="二等奖"' in left
    assert "两千张电影票" in left
    with fair.staff():
        assert db.session.scalars(db.select(Campaign)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("prizes-1-title", "", "请填写奖项名称"), ("prizes-1-batch_id", "", "请选择电子券"), ("prizes-1-quantity", "0", "1 到")],
)  # fmt: skip
def test_what_is_wrong_in_a_row_is_said_there_and_nothing_is_lost(fair, field, value, words):
    answer = post(desk(fair), NEW, **form(fair, **{field: value}))
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert words in answer.text
    assert 'value="一等奖"' in answer.text


def test_a_draft_is_opened_with_its_prizes(fair, tombola):
    campaign_id = tombola.drafted(tombola.prize("特等奖"))
    assert 'value="特等奖"' in desk(fair).get(f"/console/events/{campaign_id}/edit").text


def test_from_registering_to_the_prize(fair, tombola):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = tombola.announced(tombola.prize("一等奖"))
        clock.shift(SOON)
        person = fair.people(1)[0]
        phone = fair.world.client(fair.zone, person)
        page = phone.get(f"/events/{campaign_id}").text
        assert "一等奖" in page
        assert "中奖概率" in page
        assert "登记抽签" in phone.get(f"/events/lottery/{campaign_id}/ask").text
        assert post(phone, f"/events/lottery/{campaign_id}").status_code == 303
        assert post(phone, f"/events/lottery/{campaign_id}").status_code == 303
        assert "登记成功" in phone.get(f"/events/lottery/{campaign_id}").text
        assert phone.get(f"/events/lottery/{campaign_id}/ask").location == f"/events/lottery/{campaign_id}"
        clock.shift(A_DAY)
        fair.tick()
        phone = fair.world.client(fair.zone, person)
        assert "您获得了：一等奖" in phone.get(f"/events/lottery/{campaign_id}").text
        winners = fair.world.client(fair.zone).get(f"/events/prizes/{campaign_id}").text
        assert "一等奖" in winners
        assert "1 人获奖" in winners
        staff = desk(fair)
        assert "已发放" in staff.get(f"/console/events/{campaign_id}/winners").text
        with closing(staff.get(f"/console/events/{campaign_id}/winners.xlsx")) as sheet:
            assert sheet.mimetype == WORKBOOK


def test_a_lottery_has_no_page_as_another_kind(fair, tombola):
    phone = fair.world.client(fair.zone, fair.people(1)[0])
    assert phone.get(f"/events/lottery/{fair.announced()}").status_code == 404
    assert phone.get(f"/events/claim/{tombola.announced(tombola.prize())}").status_code == 404
    assert phone.get(f"/events/prizes/{fair.announced()}").status_code == 404


def test_whom_it_is_not_for_finds_no_button(fair, tombola):
    with time_machine.travel(now() - SOON, tick=False):
        campaign_id = tombola.announced(tombola.prize(), audience=Audience(tags=("先进",)))
    assert fair.is_for_others(f"/events/lottery/{campaign_id}/ask")
