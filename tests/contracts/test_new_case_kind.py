"""`docs/new-case-kind.md` says how to add a kind of case; here its files are dropped in and used."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from app.casework.kinds import find_kind
from tests.contracts.dropping import dropped_in, require_contracts
from tests.contracts.transitions import make_scene, wrongs
from tests.fixtures.world import Browser, World

SAID = "一楼有一间空置的储物室，约十二平方米。"


@pytest.fixture(scope="module")
def city_with_nursing_rooms(settings) -> Iterator[World]:
    with dropped_in(settings, "new-case-kind.md", "nursing_rooms") as world:
        yield world


def send(client: Browser, page: str, target: str, **typed: str) -> str:
    """Send a form as the page shows it; where it leads."""
    hidden = dict(re.findall(r'name="(csrf_token|_once|_seen|page)" value="([^"]*)"', client.get(page).text))
    answer = client.post(target, data={**hidden, **typed})
    assert answer.status_code == 302, answer.text
    return answer.location


def test_the_declaration_of_the_guide_is_a_kind_that_goes_its_whole_way(city_with_nursing_rooms):
    world = city_with_nursing_rooms
    zone = world.zone(modules=("nursing_rooms",))
    member, staff = world.client(zone, world.member(zone)), world.client(zone, world.staff(zone, "caseworker"))
    form = "/nursing_rooms/apply/advice"
    typed = {"women": "620", "description": SAID, "contact_phone": "138 0013 8000", "consent": "1", "action": "submit"}
    case_id = UUID(send(member, form, form, **typed).split("/")[-2])

    queue = staff.get("/console/nursing_rooms/").text
    assert "MY-" in queue
    assert "紧急</span>" in queue
    desk = f"/console/nursing_rooms/{case_id}"
    send(staff, desk, f"{desk}/steps/take")
    assert SAID in staff.get(desk).text
    send(staff, desk, f"{desk}/steps/advise", answer="面积足够，请留出通风和上下水。")
    home = f"/nursing_rooms/{case_id}"
    assert "面积足够，请留出通风和上下水。" in member.get(home).text
    send(member, home, f"{home}/steps/ask_more", question="需要多少预算？")
    assert "需要多少预算？" in staff.get(desk).text


def test_its_table_is_walked_by_itself(city_with_nursing_rooms):
    assert wrongs(make_scene(city_with_nursing_rooms), find_kind("nursing_rooms.advice")) == []


def test_every_contract_holds_for_it(city_with_nursing_rooms):
    require_contracts(city_with_nursing_rooms, "nursing_rooms", {})
