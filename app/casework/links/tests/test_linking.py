"""Cases that have to do with each other are linked both ways, for whoever may read both; to everybody else nothing is said."""

from uuid import UUID

from sqlalchemy import select, update

from app.casework.links.models import CaseLink
from app.casework.models import Case
from app.modules.help.tests.desk import Desk
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

WHY = "同一场火灾引起"


def number(desk: Desk, case_id: UUID) -> str:
    return desk.find(case_id).number or ""


def link(desk: Desk, case_id: UUID, other: str, client=None, **typed):
    client, page = client or desk.handler, f"/console/help/{case_id}"
    form = {"csrf_token": token(client, page), "other_number": other, "relation": "same_matter", "link_reason": WHY}
    return client.post(f"{page}/links", data=form | typed)


def links(desk: Desk) -> list[CaseLink]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.scalars(select(CaseLink)))


def test_a_link_is_shown_both_ways_with_its_reason_and_to_no_member(desk, pair):
    first, second = pair
    assert link(desk, first, number(desk, second)).status_code == 302
    for case_id, other in (pair, pair[::-1]):
        page = desk.handler.get(f"/console/help/{case_id}").text
        assert f'href="/console/help/{other}">{number(desk, other)}</a>' in page
        assert WHY in page
    assert WHY not in desk.member.get(f"/help/{first}").text
    assert number(desk, second) not in desk.member.get(f"/help/{first}").text


def test_who_reads_only_one_of_them_learns_of_nothing(desk, pair):
    first, second = pair
    link(desk, first, number(desk, second))
    assert desk.open_for_reason(desk.colleague, first).status_code == 302
    page = desk.colleague.get(f"/console/help/{first}").text
    assert WHY not in page
    assert f"/console/help/{second}" not in page.partition("可能重复")[0]
    assert "关联了" not in page


def test_a_number_that_one_may_not_read_is_as_unknown_as_one_there_is_not(desk, pair):
    first, _second = pair
    unread = desk.world.member(desk.zone)
    mine, desk.member = desk.member, desk.world.client(desk.zone, unread)
    untaken = desk.submitted()
    desk.member = mine
    answers = [link(desk, first, each) for each in (number(desk, untaken), "HD-2026-999999", number(desk, first))]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all(WHY in answer.text and "没有您可以查阅的该编号个案" in answer.text for answer in answers)
    assert links(desk) == []


def test_linked_twice_is_linked_once_and_other_words_are_refused(desk, pair):
    first, second = pair
    assert [link(desk, first, number(desk, second)).status_code for _ in range(2)] == [302, 302]
    assert link(desk, second, number(desk, first), link_reason="另一个理由").status_code == 409
    assert len(links(desk)) == 1


def test_a_link_taken_away_stays_as_history_and_the_two_may_be_linked_again(desk, pair):
    first, second = pair
    link(desk, first, number(desk, second))
    (held,) = links(desk)
    page = f"/console/help/{second}"
    for _ in range(2):
        form = {"csrf_token": token(desk.handler, page), "link": str(held.id)}
        assert desk.handler.post(f"{page}/links/remove", data=form).status_code == 302
    assert "已解除的关联" in desk.handler.get(page).text
    assert link(desk, first, number(desk, second)).status_code == 302
    assert len(links(desk)) == 2


def test_a_link_of_another_case_is_not_taken_away_from_here(desk, pair):
    first, second = pair
    link(desk, first, number(desk, second))
    (held,) = links(desk)
    other = desk.world.member(desk.zone)
    mine, desk.member = desk.member, desk.world.client(desk.zone, other)
    third = desk.taken()
    desk.member = mine
    form = {"csrf_token": token(desk.handler, f"/console/help/{third}"), "link": str(held.id)}
    assert desk.handler.post(f"/console/help/{third}/links/remove", data=form).status_code == 404


def test_whoever_a_case_is_kept_from_sees_no_row_of_its_links(desk, pair):
    first, second = pair
    link(desk, first, number(desk, second))
    kept_from = desk.zone.union_path + "zzzz."
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == second).values(blind_paths=[kept_from]))
        db.session.commit()
    for tie, rows in ((kept_from, 0), (desk.zone.union_path, 1)):
        with scope(Plane.STAFF, zone=desk.zone, actor=Actor(ties=frozenset({tie}))):
            assert len(db.session.scalars(select(CaseLink)).all()) == rows
