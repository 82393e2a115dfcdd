"""E-mail: who gets it in which words, what one of a broadcast looks like, and what can not go wrong with it."""

import pytest
from sqlalchemy import select

from app.core.jobs.inline import run_due_events
from app.identity.models import Account
from app.notifications.kinds import BROADCAST, kinds, mail_words
from app.notifications.models import Delivery
from app.notifications.operations import notify
from app.notifications.tests.desk import (
    broadcast_of,
    change,
    compose,
    deliveries_of,
    make_due,
    send,
)
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields

WAYS = ["inbox", "sms", "email"]


@pytest.fixture
def addressed(scene):
    """The scene, in which the first three members have an e-mail address."""
    for number, member in enumerate(scene[1][:3]):
        change(member, email=f"m{number}@example.org")
    return scene


def choose(world, zone, member, *ticked):
    """Keep only these ways of being told ticked."""
    client = world.client(zone, member)
    token = hidden_fields(client, "/inbox/preferences")["csrf_token"]
    assert client.post("/inbox/preferences", data={"csrf_token": token, "on": list(ticked)}).status_code == 302


def speak(member, locale):
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(Account.id == member.account_id).values(locale=locale))
        db.session.commit()


def tell(zone, member, kind="help.approved"):
    with scope(Plane.STAFF, zone=zone, actor=Actor(name="test")):
        notify(kind, member.member_id, {"number": "H7"}, dedupe_key="k", href="/help/x")
        db.session.commit()
    run_due_events()


def test_a_broadcast_by_email_reaches_those_who_have_an_address_and_counts_the_others(addressed, provider):
    zone, _members, desk, _ = addressed
    href = compose(desk, channels=["email"], body="一\n二").location
    page = desk.get(href).text
    assert "其中 2 人未登记邮箱" in page
    send(desk, href)
    run_due_events()
    assert sorted(mail.to for mail in provider.mails) == [f"m{number}@example.org" for number in range(3)]
    mail = provider.mails[0]
    assert (mail.subject, mail.text) == (f"【{zone.name}】停水通知", f"一\n二\n\n{zone.name}")
    found = broadcast_of(zone)
    assert (found.state, found.recipients, found.addressed, found.accepted, found.unreachable, found.opted_out) == (
        "sent", 0, 3, 3, 2, 0,
    )  # fmt: skip
    assert "邮件" in desk.get(href).text


def test_a_broadcast_by_every_way_counts_both_ways_out(addressed, provider):
    zone, members, desk, _ = addressed
    change(members[4], phone_cipher=None, phone_index=None)
    send(desk, compose(desk, channels=WAYS).location)
    run_due_events()
    found = broadcast_of(zone)
    assert (found.state, found.recipients, found.addressed, found.accepted, found.unreachable) == ("sent", 5, 7, 7, 3)
    assert (len(provider.phones), len(provider.mails)) == (4, 3)
    assert broadcast_of(zone).channels == WAYS


def test_who_turned_mails_of_notices_off_gets_none_and_still_gets_the_sms(addressed, provider):
    zone, members, desk, world = addressed
    choose(world, zone, members[0], "notifications.broadcast:sms")
    send(desk, compose(desk, channels=WAYS).location)
    run_due_events()
    assert "m0@example.org" not in {mail.to for mail in provider.mails}
    assert members[0].phone in provider.phones
    assert broadcast_of(zone).opted_out == 1


def test_a_mail_that_could_not_leave_goes_again_under_the_same_id_and_nothing_else_does(addressed, provider):
    zone, _members, desk, _ = addressed
    provider.retry = {2}
    send(desk, compose(desk, channels=["sms", "email"]).location)
    run_due_events()
    assert broadcast_of(zone).state == "sending"
    make_due(zone)
    run_due_events()
    first, second, third = provider.calls
    assert len(first) == 5
    assert [mail.id for mail in second] == [mail.id for mail in third]
    assert broadcast_of(zone).state == "sent"


def test_a_notice_may_be_longer_by_email_than_by_sms(addressed, provider):
    _zone, _members, desk, _ = addressed
    assert compose(desk, channels=["email"], body="长" * 301).status_code == 302
    assert compose(desk, channels=["sms", "email"], body="长" * 301).status_code == 422


def test_a_members_own_case_is_told_by_email_too_and_the_mail_does_not_say_what_it_is(addressed, provider):
    zone, members, _desk, _ = addressed
    tell(zone, members[0])
    [mail] = provider.mails
    assert (mail.to, mail.subject) == ("m0@example.org", f"【{zone.name}】您的业务有新进展")
    for kind in ("help.returned", "help.approved", "help.refused"):
        said = "".join(
            mail_words(kinds()[kind], locale, {"number": "H7", "zone": "Z"})[part]
            for locale in ("zh_CN", "en")
            for part in (0, 1)
        )
        assert not any(
            word in said.lower() for word in ("帮扶", "困难", "help", "hardship", "批准", "refused", "approved")
        )


def test_without_an_address_the_mail_comes_to_an_end_and_the_sms_goes_out(addressed, provider):
    zone, members, _desk, _ = addressed
    tell(zone, members[4])
    assert (provider.mails, provider.phones) == ([], [members[4].phone])
    ends = {delivery.channel: (delivery.state, delivery.provider_code) for delivery in deliveries_of(zone)}
    assert ends == {"sms": ("accepted", ""), "email": ("unreachable", "no_address")}


def test_who_wants_no_mails_about_a_case_gets_none(addressed, provider):
    zone, members, _desk, world = addressed
    choose(world, zone, members[0], "help.approved:sms")
    tell(zone, members[0])
    assert (provider.mails, provider.phones) == ([], [members[0].phone])
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(Delivery.channel)).scalars().all() == ["sms"]


def test_messages_leave_in_the_language_that_the_account_was_set_to(addressed, provider):
    zone, members, _desk, world = addressed
    client = world.client("id.hall.test", members[0])
    token = hidden_fields(client, "/account/")["csrf_token"]
    assert client.post("/display", data={"csrf_token": token, "locale": "en"}).status_code == 303
    for member in members[:2]:
        tell(zone, member)
    english, chinese = provider.mails
    assert english.subject == f"[{zone.name}] There is news on your request"
    assert english.text == f"[{zone.name}] There is news on your request H7. Please sign in to read it."
    assert chinese.subject == f"【{zone.name}】您的业务有新进展"
    texts = {message.phone: message.params["text"] for message in provider.taken if hasattr(message, "phone")}
    assert texts[members[0].phone].startswith(f"[{zone.name}] There is news")
    assert texts[members[1].phone].startswith(f"【{zone.name}】您的业务")


def test_a_broadcast_speaks_to_everybody_in_their_language(addressed, provider):
    zone, members, desk, _ = addressed
    speak(members[0], "en")
    send(desk, compose(desk, channels=["sms", "email"]).location)
    run_due_events()
    subjects = {mail.to: mail.subject for mail in provider.mails}
    assert subjects["m0@example.org"] == f"[{zone.name}] 停水通知"
    assert subjects["m1@example.org"] == f"【{zone.name}】停水通知"
    texts = {message.phone: message.params["text"] for message in provider.taken if hasattr(message, "phone")}
    assert texts[members[0].phone] == f"[{zone.name}] 停水通知: 明天八点停水。"
    assert texts[members[1].phone] == f"【{zone.name}】停水通知：明天八点停水。"


def test_a_member_without_an_account_is_written_to_in_chinese(addressed, provider):
    zone, members, _desk, _ = addressed
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(Account.id == members[0].account_id).values(member_id=None))
        db.session.commit()
    tell(zone, members[0])
    assert provider.mails[0].subject == f"【{zone.name}】您的业务有新进展"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_value_can_add_a_header_to_a_mail(end):
    title = f"x{end}Bcc: evil@example.org"
    subject, text = mail_words(BROADCAST, "en", {"title": title, "text": "a\nb", "zone": "Z"})
    assert subject == "[Z] x Bcc: evil@example.org"
    assert text == "a\nb\n\nZ"
