"""`flask accounts …`."""

import json
from contextvars import Context
from datetime import datetime

import pytest
from pyotp.totp import TOTP

from app.core.audit import AuditEntry
from app.core.clock import CHINA
from app.identity import operations
from app.identity.models import RoleGrant
from app.identity.operations import Attempt
from app.identity.operations.second_factor import RECOVERY_CODES
from tenants.context import Plane, scope
from tenants.database import db


@pytest.fixture
def run(world):
    runner = world.app.test_cli_runner()
    return lambda *arguments, **more: Context().run(runner.invoke, args=["accounts", *arguments], **more)


def audited(action: str, object_id: str) -> int:
    with scope(Plane.CITY, reason="test"):
        count = db.select(db.func.count()).select_from(AuditEntry)
        return db.session.scalar(count.where(AuditEntry.action == action, AuditEntry.object_id == object_id)) or 0


def test_an_account_is_made_once(run):
    first = json.loads(run("create", "--phone", "136 0000 0001", "--name", "张三", "--json").stdout)
    again = json.loads(run("create", "--phone", "+8613600000001", "--name", "李四", "--json").stdout)
    assert (first["created"], again["created"], first["id"]) == (True, False, again["id"])
    assert first["phone"] == "136****0001"
    assert audited("identity.create-account", first["id"]) == 1


@pytest.mark.parametrize("phone", ["12345", "+1 415 555 2671", "", "abc"])
def test_a_bad_phone_is_refused_in_one_clear_sentence(run, phone):
    result = run("create", "--phone", phone, "--name", "张三")
    assert result.exit_code != 0
    assert "phone" in result.stderr
    assert "Traceback" not in result.output


def test_a_password_is_set_from_the_terminal(run):
    account = json.loads(run("create", "--phone", "13600000002", "--name", "张三", "--json").stdout)
    result = run("set-password", "--phone", "13600000002", input="a long sentence\na long sentence\n")
    assert result.exit_code == 0, result.output
    assert run("set-password", "--phone", "13600000002", "--password", "short").exit_code == 1
    with scope(Plane.IDENTITY):
        assert (
            str(operations.check_password(Attempt("+8613600000002", "10.0.0.1", "x"), "a long sentence"))
            == account["id"]
        )
        db.session.commit()
    assert audited("identity.set-password", account["id"]) == 1


def test_a_phone_without_account_is_told_how_to_get_one(run):
    result = run("set-password", "--phone", "13600009999", "--password", "a long sentence")
    assert result.exit_code == 1
    assert "flask accounts create" in result.stderr


def test_a_second_factor_from_the_terminal_works(run):
    run("create", "--phone", "13600000003", "--name", "张三")
    facts = json.loads(run("totp", "--phone", "13600000003", "--json").stdout)
    assert len(set(facts["recovery_codes"])) == RECOVERY_CODES
    with scope(Plane.IDENTITY):
        account_id = operations.find_account_id("+8613600000003")
        assert account_id is not None
        assert operations.verify_second_factor(account_id, TOTP(facts["secret"]).now())
        assert operations.verify_second_factor(account_id, facts["recovery_codes"][0])
        db.session.commit()


def test_a_role_is_granted_and_listed(run, world):
    union = world.union("命令行县总工会")
    account = json.loads(run("create", "--phone", "13600000004", "--name", "赵管理", "--json").stdout)
    granted = run("grant", "--phone", "13600000004", "--role", "zone_admin", "--union", union.name, "--json")
    assert granted.exit_code == 0, granted.output
    rows = json.loads(run("list", "--role", "zone_admin", "--json").stdout)
    assert {"account": account["id"], "name": "赵管理", "phone": "136****0004", "role": "zone_admin",
            "union": union.name} in rows  # fmt: skip
    assert audited("staff.grant", account["id"]) == 1
    assert "赵管理" in run("list").stdout


def test_an_unknown_union_is_refused(run):
    run("create", "--phone", "13600000005", "--name", "张三")
    result = run("grant", "--phone", "13600000005", "--role", "zone_admin", "--union", "没有")
    assert result.exit_code == 1
    assert "没有" in result.stderr


def test_a_role_is_taken_away_and_an_account_closed_from_the_terminal(run, world):
    zone = world.zone()
    staff = world.staff(zone)
    told = json.loads(
        run("revoke", "--phone", staff.phone, "--role", "zone_admin", "--union", zone.union_path, "--json").stdout
    )
    assert told["role"] == "zone_admin"
    assert run("revoke", "--phone", staff.phone, "--role", "zone_admin", "--union", zone.union_path).exit_code == 1
    assert audited("staff.revoke", str(staff.account_id)) == 1
    for command, status in (("block", "blocked"), ("unblock", "active")):
        told = json.loads(run(command, "--phone", staff.phone, "--reason", "lost phone", "--json").stdout)
        assert (told["id"], told["status"]) == (str(staff.account_id), status)
        assert audited(f"identity.{command}-account", str(staff.account_id)) == 1


def test_a_role_with_an_end_is_given_from_the_terminal(run, world):
    zone = world.zone()
    person = world.member(zone)
    arguments = ["grant", "--phone", person.phone, "--role", "editor", "--union", zone.union_path, "--until"]
    assert run(*arguments, "2020-01-01").exit_code == 1
    assert run(*arguments, "2099-12-31").exit_code == 0
    with scope(Plane.IDENTITY):
        ends = db.select(RoleGrant.expires_at).where(RoleGrant.account_id == person.account_id)
        assert db.session.scalar(ends) == datetime(2100, 1, 1, tzinfo=CHINA)
