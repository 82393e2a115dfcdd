"""The second factor: setting it up, showing it, stepping up from a zone."""

import re
from datetime import timedelta

import time_machine
from pyotp import random_base32
from pyotp.totp import TOTP

from app.core.clock import now
from app.identity import operations
from app.identity.models import Account, RecoveryCode
from app.identity.operations import second_factor
from app.identity.sessions import SECOND_FACTOR_LASTS
from app.identity.tests.conftest import ID, Person
from tenants.context import Plane, scope
from tenants.database import db


def give_totp(account_id) -> str:
    secret = random_base32()
    with scope(Plane.IDENTITY):
        operations.set_totp(account_id, secret)
        db.session.commit()
    return secret


def shown_secret(page) -> str:
    [found] = re.findall(r"<code>([A-Z2-7 ]{32,})</code>", page.text)
    return found.replace(" ", "")


def code_at(secret: str, seconds: int = 0) -> str:
    return TOTP(secret).at(now() + timedelta(seconds=seconds))


def wrong_code(secret: str) -> str:
    near = {code_at(secret, seconds) for seconds in (-60, -30, 0, 30, 60)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def test_staff_reach_their_desk_only_with_the_second_factor(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.get(f"http://{zone.host}/console/staff/")
    assert person.here() == f"{ID}/sign-in"
    person.sign_in(staff.phone)
    assert person.here() == f"{ID}/second-factor"
    assert person.post(person.path, code=wrong_code(secret)).status_code == 422
    assert person.post(person.path, code=code_at(secret)).status_code == 200
    assert person.here() == f"{zone.host}/console/staff/"


def test_stepping_up_from_a_zone_replaces_its_session(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.get(f"http://{zone.host}/session/begin")
    person.sign_in(staff.phone)
    before = person.cookie("hall", zone.host)
    person.get(f"http://{zone.host}/console/staff/")
    person.post(person.path, code=code_at(secret))
    assert person.here() == f"{zone.host}/console/staff/"
    assert person.cookie("hall", zone.host) != before
    old = world.app.test_client()
    old.set_cookie("hall", before, domain=zone.host)
    assert "/session/begin" in old.get("/me", base_url=f"http://{zone.host}").text


def test_the_second_factor_lasts_half_a_day(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(staff.phone)
    person.post(person.path, code=code_at(secret))
    with time_machine.travel(now() + SECOND_FACTOR_LASTS + timedelta(minutes=1), tick=True):
        person.get(f"http://{zone.host}/console/staff/")
        assert person.here() == f"{ID}/second-factor"


def test_a_code_of_the_app_works_once_and_older_ones_not_at_all(world, zone):
    account_id = world.staff(zone).account_id
    secret = give_totp(account_id)
    with scope(Plane.IDENTITY):
        older, present = code_at(secret, -30), code_at(secret)
        assert operations.verify_second_factor(account_id, present)
        assert not operations.verify_second_factor(account_id, present)
        assert older == present or not operations.verify_second_factor(account_id, older)
        db.session.commit()


def test_clocks_may_be_off_by_one_step_and_no_more(world, zone):
    secret = random_base32()
    assert second_factor.matching_step(secret, code_at(secret, -30)) is not None
    assert second_factor.matching_step(secret, code_at(secret, 30)) is not None
    far = code_at(secret, -90)
    assert (
        far in {code_at(secret, seconds) for seconds in (-30, 0, 30)}
        or second_factor.matching_step(secret, far) is None
    )


def test_setting_up_shows_a_picture_and_recovery_codes_once(zone, world, person):
    staff = world.staff(zone)
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(staff.phone)
    assert person.here() == f"{ID}/second-factor/enrol"
    page = person.page
    assert 'src="data:image/svg+xml' in page.text
    secret = shown_secret(page)
    assert shown_secret(person.get(person.path)) == secret, "reloading keeps what was scanned"
    page = person.post(person.path, code=code_at(secret))
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.text)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    with scope(Plane.IDENTITY):
        stored = db.session.scalars(
            db.select(RecoveryCode.code_hash).where(RecoveryCode.account_id == staff.account_id)
        ).all()
        assert not any(code.encode() in blob for blob in stored for code in codes)
        sealed = db.session.scalar(db.select(Account.totp_cipher).where(Account.id == staff.account_id))
        assert secret.encode() not in sealed
    [onward] = re.findall(r'href="(/hand-off[^"]+)"', page.text)
    person.get(onward.replace("&amp;", "&"))
    assert person.here() == f"{zone.host}/console/staff/"


def test_a_recovery_code_stands_in_once(zone, world, person):
    staff = world.staff(zone)
    give_totp(staff.account_id)
    with scope(Plane.IDENTITY):
        codes = operations.renew_recovery_codes(staff.account_id)
        db.session.commit()
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(staff.phone)
    assert person.post(person.path, code=codes[0].upper().replace("-", " ")).status_code == 200
    assert person.here() == f"{zone.host}/console/staff/"
    colleague = world.staff(zone)
    with scope(Plane.IDENTITY):
        assert not operations.verify_second_factor(staff.account_id, codes[0])
        assert operations.verify_second_factor(staff.account_id, codes[1])
        assert not operations.verify_second_factor(colleague.account_id, codes[2])


def test_a_password_alone_cannot_add_a_second_factor(zone, world, person):
    staff = world.staff(zone)
    with scope(Plane.IDENTITY):
        operations.ensure_account(staff.phone, "", password="a long sentence")
        db.session.commit()
    person.get(f"http://{ID}/sign-in/password")
    person.post("/sign-in/password", phone=staff.phone, password="a long sentence")
    person.get("/second-factor/enrol")
    assert person.here() == f"{ID}/sign-in"
    person.sign_in(staff.phone)
    assert person.here() == f"{ID}/second-factor/enrol"


def test_setting_up_takes_a_fresh_sign_in(zone, world, person):
    person.sign_in(world.staff(zone).phone)
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        person.get("/second-factor/enrol")
        assert person.here() == f"{ID}/sign-in"


def test_replacing_the_second_factor_takes_the_present_one(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.sign_in(staff.phone)
    person.get("/second-factor/enrol")
    assert person.here() == f"{ID}/second-factor"
    person.post(person.path, code=code_at(secret))
    assert person.here() == f"{ID}/second-factor/enrol"
    assert shown_secret(person.page) != secret


def test_guessing_the_second_factor_is_limited(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    with time_machine.travel(now().replace(minute=1, second=0), tick=True):
        person.sign_in(staff.phone)
        person.get("/second-factor")
        wrong = wrong_code(secret)
        most = second_factor.TRY_QUARTER.most
        answers = [person.post("/second-factor", code=wrong).status_code for _ in range(most + 1)]
        assert answers == [422] * most + [429]
        assert person.post("/second-factor", code=code_at(secret)).status_code == 429


def test_confirming_again_by_sms_keeps_the_sessions_on_other_hosts(zone, world, person):
    staff = world.staff(zone)
    person.get(f"http://{zone.host}/session/begin")
    person.sign_in(staff.phone)
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        person.get(f"http://{ID}/second-factor/enrol")
        person.sign_in(staff.phone)
        assert person.here() == f"{ID}/second-factor/enrol"
        person.get(f"http://{zone.host}/me")
        assert person.here() == f"{zone.host}/me"


def test_a_replaced_factor_counts_no_more_on_other_devices(zone, world, sms, person):
    staff, other = world.staff(zone), Person(world, sms)
    secret = give_totp(staff.account_id)
    other.get(f"http://{zone.host}/console/staff/")
    other.sign_in(staff.phone)
    other.post(other.path, code=code_at(secret))
    assert other.here() == f"{zone.host}/console/staff/"
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        person.sign_in(staff.phone)
        person.get("/second-factor/enrol")
        person.post(person.path, code=code_at(secret))
        fresh = shown_secret(person.page)
        assert person.post("/second-factor/enrol", code=code_at(fresh)).status_code == 200
        other.get(f"http://{zone.host}/console/staff/")
        assert other.here() == f"{ID}/second-factor"
        person.get(f"http://{zone.host}/console/staff/")
        assert person.here() == f"{zone.host}/console/staff/"


def test_new_recovery_codes_take_the_factor_shown_minutes_ago(zone, world, person):
    staff = world.staff(zone)
    secret = give_totp(staff.account_id)
    person.sign_in(staff.phone)
    person.get("/second-factor")
    person.post("/second-factor", code=code_at(secret))
    assert shown_codes(person.post("/second-factor/recovery-codes"))
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        person.get("/account/")
        assert not shown_codes(person.post("/second-factor/recovery-codes"))
        assert person.here() == f"{ID}/second-factor"
        person.post(person.path, code=code_at(secret))
        assert person.here() == f"{ID}/account/"
        assert shown_codes(person.post("/second-factor/recovery-codes"))


def shown_codes(page) -> list[str]:
    return re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", page.text)
