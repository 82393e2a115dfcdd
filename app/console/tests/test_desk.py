"""The zone's desk shows everybody what their part needs, and nothing of what they may not see."""

import pytest


@pytest.mark.parametrize(("role", "sees"), [("zone_admin", True), ("cashier", False), ("lawyer", False)])
def test_numbers_of_members_are_for_those_who_may_see_members(world, role, sees):
    zone = world.zone()
    page = world.client(zone, world.staff(zone, role)).get("/console/").text
    assert ("各工会会员数" in page, "/console/figures/members.json" in page) == (sees, sees)


@pytest.mark.parametrize(
    ("role", "label", "href"),
    [
        ("cashier", "可制批次的拨付", "/console/help/payments"),
        ("lawyer", "待我接受的事项", "/console/legal_aid/counsel"),
    ],
)
def test_who_has_one_task_finds_its_number_and_the_way_to_it(world, role, label, href):
    zone = world.zone()
    page = world.client(zone, world.staff(zone, role)).get("/console/").text
    assert label in page
    assert f'href="{href}"' in page


def test_who_has_pages_and_no_numbers_finds_their_pages(world):
    zone = world.zone()
    page = world.client(zone, world.staff(zone, "clerk")).get("/console/").text
    desk = page.partition("您的工作页面")[2]
    assert 'href="/console/benefits/redeem/' in desk
    assert "您的工作页面" not in world.client(zone, world.staff(zone, "zone_admin")).get("/console/").text
