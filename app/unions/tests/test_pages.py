"""The organisation tree in the city console."""

import io
import re
import threading
from importlib import import_module

import pytest
from sqlalchemy import select

from app.core.sheets import read_sheet
from app.unions.errors import NameTaken, WrongKind
from app.unions.models import Union
from app.unions.operations import create_union
from app.unions.queries import list_children, search_unions
from app.unions.tests.test_import import code, names_below, sheet_of
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _city(world):
    return world.client("city.hall.test", world.city_admin())


def _token(client, path):
    found = TOKEN.search(client.get(path).text)
    assert found
    return found[1]


def test_city_staff_browse_search_and_add_unions(world):
    top, client = world.union("望海县总工会"), _city(world)
    page = f"/unions/{top.id}"
    form = {"csrf_token": _token(client, page), "id": str(uuid7()), "name": "望海一厂工会", "kind": "enterprise"}
    assert [client.post(page, data=form).status_code for _ in range(2)] == [302, 302]
    assert "望海一厂工会" in client.get(page).text
    assert "望海一厂工会" in client.get("/unions?q=望海一").text
    assert client.post(page, data={**form, "id": str(uuid7())}).status_code == 422
    assert client.post(page, data={**form, "id": str(uuid7()), "name": "乙", "kind": "club"}).status_code == 422
    assert client.get("/unions").status_code == 200


def test_city_staff_check_a_list_and_import_it_once(world):
    top, client = world.union(), _city(world)
    import_id = uuid7()
    data = sheet_of([[top.name, "列表工会", "企业", "", ""], ["不存在的", "孤儿", "企业", "", ""]])
    sent = client.post("/unions/import", data={"csrf_token": _token(client, "/unions/import"), "id": str(import_id),
                       "file": (io.BytesIO(data), "工会.csv")}, content_type="multipart/form-data")  # fmt: skip
    page = f"/unions/import/{import_id}"
    assert sent.location == page
    shown = client.get(page).text
    assert "列表工会" in shown
    assert "A3" in shown
    assert names_below(top) == {}
    agreed = {"csrf_token": _token(client, page), "_seen": _seen(client, page)}
    assert [client.post(page, data=agreed).status_code for _ in range(2)] == [302, 302]
    assert set(names_below(top)) == {"列表工会"}
    assert client.get(page).status_code == 200


def _seen(client, page):
    found = re.search(r'name="_seen" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def _send(client, rows):
    import_id = uuid7()
    client.post("/unions/import", data={"csrf_token": _token(client, "/unions/import"), "id": str(import_id),
                "file": (io.BytesIO(sheet_of(rows)), "工会.csv")}, content_type="multipart/form-data")  # fmt: skip
    return f"/unions/import/{import_id}"


def test_a_list_is_written_as_it_was_shown_or_not_at_all(world):
    top, client = world.union(), _city(world)
    page = _send(client, [[top.name, "甲会", "企业", "", ""], [top.name, "乙会", "企业", "", ""]])
    agreed = {"csrf_token": _token(client, page), "_seen": _seen(client, page)}
    with scope(Plane.CITY, reason="test", actor=SYSTEM):
        create_union(SYSTEM, name="甲会", kind="enterprise", parent_id=top.id)
        db.session.commit()
    late = client.post(page, data=agreed)
    assert late.status_code == 409
    assert "没有执行" in late.text
    assert set(names_below(top)) == {"甲会"}
    client.post(page, data=agreed | {"_seen": _seen(client, page)})
    assert set(names_below(top)) == {"甲会", "乙会"}


def test_no_refusal_is_lost_and_all_can_be_taken_away(world, monkeypatch):
    monkeypatch.setattr(import_module("app.unions.city"), "SHOWN_REFUSALS", 2)
    client = _city(world)
    page = _send(client, [["不存在的", f"孤儿{number}", "企业", "", ""] for number in range(5)])
    assert "另有3行被退回" in client.get(page).text
    with client.get(page + "/refused.xlsx") as answer:
        rows = [cells[:3] for _, cells in read_sheet(io.BytesIO(answer.data), "a.xlsx").rows]
    assert rows == [[str(number + 2), f"A{number + 2}", f"孤儿{number}"] for number in range(5)]


def test_unions_made_at_once_under_one_name_are_one_and_a_refusal(world):
    top, outcomes, barrier = world.union(), [], threading.Barrier(2)

    def add():
        with world.app.app_context(), scope(Plane.CITY, reason="test", actor=SYSTEM):
            barrier.wait()
            try:
                create_union(SYSTEM, name="同时", kind="enterprise", parent_id=top.id)
                db.session.commit()
                outcomes.append("made")
            except NameTaken:
                outcomes.append("refused")

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]


def test_a_code_taken_in_the_very_moment_is_a_refusal(world, monkeypatch):
    operations = import_module("app.unions.operations")
    monkeypatch.setattr(operations, "_refuse_twins", lambda *_: None)  # it looked before the other one wrote
    first, second, known = world.union(), world.union(), code()
    with scope(Plane.CITY, reason="test", actor=SYSTEM):
        create_union(SYSTEM, name="一", kind="enterprise", parent_id=first.id, uscc=known)
        with pytest.raises(NameTaken):
            create_union(SYSTEM, name="二", kind="enterprise", parent_id=second.id, uscc=known)
        db.session.rollback()


@pytest.mark.parametrize(("kind", "above"), [("city", "county"), ("county", "enterprise"), ("town", "enterprise")])
def test_a_union_stands_only_where_its_kind_may(world, kind, above):
    top = world.union(kind=above)
    with scope(Plane.CITY, reason="test", actor=SYSTEM):
        with pytest.raises(WrongKind):
            create_union(SYSTEM, name="错位", kind=kind, parent_id=top.id)
        db.session.rollback()


def test_a_file_that_is_no_list_is_refused_with_a_sentence(world):
    client = _city(world)
    for data, name in ((b"<html>", "a.csv"), ("名称\n甲".encode(), "a.csv"), (b"", "a.xlsx")):
        answer = client.post("/unions/import", data={"csrf_token": _token(client, "/unions/import"), "id": str(uuid7()),
                             "file": (io.BytesIO(data), name)}, content_type="multipart/form-data")  # fmt: skip
        assert answer.status_code == 422
        assert 'id="error-file"' in answer.text


def test_a_list_with_headings_and_no_rows_is_refused_in_these_words(world):
    client = _city(world)
    answer = client.post("/unions/import", data={"csrf_token": _token(client, "/unions/import"), "id": str(uuid7()),
                         "file": (io.BytesIO("上级工会,工会名称,类型\n".encode()), "a.csv")}, content_type="multipart/form-data")  # fmt: skip
    assert "表格只有表头，没有任何数据行。" in answer.text


def test_zone_staff_and_visitors_find_no_tree(world):
    zone = world.zone()
    staff = world.client("city.hall.test", world.staff(zone))
    assert staff.get("/unions").status_code == 404
    assert world.client("city.hall.test").get("/unions").status_code == 302
    assert world.client(zone, world.staff(zone)).get("/unions").status_code == 404


def test_children_made_at_once_get_labels_of_their_own(world):
    top = world.union()

    def add(number):
        with world.app.app_context(), scope(Plane.CITY, reason="test", actor=SYSTEM):
            create_union(SYSTEM, name=f"并行{number}", kind="enterprise", parent_id=top.id)
            db.session.commit()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(Plane.CITY, reason="test"):
        assert len({row.path for row in list_children(top.id)}) == 6


def test_a_search_stays_within_the_subtree_it_was_given(world):
    here, there = world.union(), world.union()
    with scope(Plane.CITY, reason="test", actor=SYSTEM):
        for parent in (here, there):
            create_union(SYSTEM, name="同名分会", kind="enterprise", parent_id=parent.id, short_name="同分")
        db.session.commit()
        assert [row.path for row in search_unions("同名", here.path)] == [here.path + "0000."]
        assert [row.path for row in search_unions("同分", there.path)] == [there.path + "0000."]
        assert search_unions("", here.path) == []
        assert db.session.scalar(select(Union.next_child).where(Union.id == here.id)) == 1
