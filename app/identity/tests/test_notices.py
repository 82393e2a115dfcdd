"""The owner of an account hears of new ways into it."""

from app.core.jobs.inline import run_due_events
from app.identity import notices
from app.identity.tests.conftest import ID
from app.identity.tests.test_second_factor import code_at, give_totp
from app.identity.tests.test_sign_in import new_phone
from app.notifications.models import Delivery, Message
from tenants.context import Plane, scope
from tenants.database import db


def messages_of(zone, member_id) -> list[tuple[str, str]]:
    with scope(Plane.WORKER, zone=zone):
        found = db.select(Message.kind, Delivery.channel).join(Delivery, Delivery.message_id == Message.id)
        return [tuple(row) for row in db.session.execute(found.where(Message.member_id == member_id))]


def test_a_member_reads_of_a_new_password_in_the_inbox_and_by_sms(world, zone, person):
    member = world.member(zone)
    person.sign_in(member.phone)
    person.get("/account/password")
    assert person.post("/account/password", password="a long sentence").status_code == 200
    run_due_events()
    assert messages_of(zone, member.member_id) == [("identity.password-changed", "sms")]
    inbox = person.get(f"http://{zone.host}/inbox")
    assert "登录密码已设置" in inbox.text


def test_whoever_is_no_member_hears_by_sms(world, zone, sms, person):
    phone = new_phone()
    person.sign_in(phone)
    person.get("/account/password")
    person.post("/account/password", password="a long sentence")
    assert [(to, "登录密码" in text) for to, text in sms.notices] == [(phone, True)]


def test_new_recovery_codes_and_factors_are_told(world, zone, sms, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.sign_in(staff.phone)
    person.get("/second-factor")
    person.post("/second-factor", code=code_at(secret))
    person.post("/second-factor/recovery-codes")
    [(to, text)] = sms.notices
    assert to == staff.phone
    assert "恢复码" in text


def test_a_provider_that_is_away_does_not_keep_a_password_from_being_set(sms, person):
    person.sign_in(new_phone())
    person.get("/account/password")
    sms.is_away = True
    assert person.post("/account/password", password="a long sentence").status_code == 200
    assert person.here() == f"{ID}/account/"


def test_notices_have_both_languages(world):
    for kind in notices.KINDS:
        for words in (kind.subject, kind.body, kind.sms):
            assert set(words or {}) == {"zh_CN", "en"}
