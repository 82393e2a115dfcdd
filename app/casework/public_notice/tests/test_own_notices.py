"""Nobody publishes a notice that lists their own grant, whether they see that or not."""

import pytest
from sqlalchemy import select

from app.casework.public_notice.models import Notice
from app.modules.help.tests.test_public_notice import drafted, granted
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields


@pytest.mark.parametrize("is_kept_from_it", [True, False])
def test_nobody_publishes_their_own_grant_be_it_one_they_are_kept_from(desk, world, is_kept_from_it):
    union = world.union_of(desk.zone)
    if is_kept_from_it:
        union = world.union(f"{union.name}海锋机械厂工会", "enterprise", union)
    other, worker = granted(desk), world.member(union, "高厂工")
    world.grant(worker, desk.zone, "approver")
    desk.member = world.client(desk.zone, worker)
    own = granted(desk)
    page = drafted(desk, other, own)
    assert (desk.find(own).number in desk.member.get(page).text) is not is_kept_from_it
    refused = desk.member.post(f"{page}/publish", data=hidden_fields(desk.member, page))
    assert refused.status_code == 403
    assert "不能经办自己的申请。" in refused.text
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(Notice)).one().published_at is None
    assert desk.admin.post(f"{page}/publish", data=hidden_fields(desk.admin, page)).status_code == 302
