"""Who had a case decided says how content they are; leaders see an average of many."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from app.casework.rating.models import CaseRating
from app.casework.rating.ratings import average
from app.core.clock import now
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

WORDS = "经办人员很耐心。"


def rate(desk, case_id: UUID, stars: str = "4", words: str = WORDS):
    csrf = token(desk.member, "/help/apply/hardship")
    data = {"csrf_token": csrf, "stars": stars, "rating_words": words}
    return desk.member.post(f"/help/{case_id}/rating", data=data)


def rows(desk) -> list[CaseRating]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(CaseRating)).scalars())


@pytest.fixture
def decided(desk) -> UUID:
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    return case_id


def test_a_rating_is_read_by_staff_on_the_case_and_may_be_changed_for_seven_days(desk, decided):
    assert f'action="/help/{decided}/rating"' in desk.member.get(f"/help/{decided}").text
    for stars in ("4", "4", "2"):
        assert rate(desk, decided, stars).status_code == 302
    (row,) = rows(desk)
    assert row.stars == 2
    assert row.words_cipher
    assert WORDS.encode() not in row.words_cipher
    page = desk.handler.get(f"/console/help/{decided}").text
    assert WORDS in page
    assert "不满意" in page

    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseRating).values(rated_at=now() - timedelta(days=8)))
        db.session.commit()
    page = desk.member.get(f"/help/{decided}").text
    assert WORDS in page
    assert f'action="/help/{decided}/rating"' not in page
    assert rate(desk, decided, "2").status_code == 302, "what is said already needs no change"
    answer = rate(desk, decided, "5", "改主意了")
    assert answer.status_code == 409
    assert "改主意了" in answer.text
    assert rows(desk)[0].stars == 2


def test_the_database_refuses_a_late_change_too(desk, decided):
    rate(desk, decided)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseRating).values(rated_at=now() - timedelta(days=8)))
        db.session.commit()
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        db.session.execute(update(CaseRating).values(stars=1))
        db.session.commit()
    assert rows(desk)[0].stars == 4


def test_only_what_is_over_is_rated(desk):
    case_id = desk.submitted()
    assert "/rating" not in desk.member.get(f"/help/{case_id}").text
    answer = rate(desk, case_id)
    assert answer.status_code == 409
    assert WORDS in answer.text
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        db.session.add(CaseRating(zone_id=desk.zone.id, id=uuid7(), case_id=case_id, member_id=desk.person.member_id,
                                  module="help", stars=5))  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    ("stars", "words"), [("", WORDS), ("0", WORDS), ("6", WORDS), ("好", WORDS), ("5", "长" * 1001)]
)
def test_a_wrong_rating_is_shown_again(desk, decided, stars, words):
    answer = rate(desk, decided, stars, words)
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(desk) == []


def test_nobody_rates_for_another(desk, world, decided):
    other = world.client(desk.zone, world.member(desk.zone))
    csrf = token(other, "/help/apply/hardship")
    assert other.post(f"/help/{decided}/rating", data={"csrf_token": csrf, "stars": "5"}).status_code == 404


@pytest.mark.parametrize(("stars", "shown"), [("1554", "—"), ("15542", "3.4 (5)")])
def test_an_average_is_shown_from_five_ratings_on(desk, stars, shown):
    for given in stars:
        case_id = desk.submitted()
        csrf = token(desk.member, f"/help/{case_id}")
        desk.member.post(f"/help/{case_id}/withdraw", data={"csrf_token": csrf})
        assert rate(desk, case_id, given).status_code == 302
    with scope(Plane.STAFF, zone=desk.zone):
        assert average("help") == shown
    assert shown in desk.admin.get("/console/").text
