"""The inbox: who gets what in which words, and who may see it."""

import re

import pytest
from sqlalchemy import func, select

from app.core.jobs.inline import run_due_events
from app.core.modules import ManifestError, NotificationKind
from app.notifications import kinds as kinds_module
from app.notifications.adapters import Outcome, Status
from app.notifications.errors import UnknownKind
from app.notifications.kinds import check_kinds, fill, sms_text
from app.notifications.models import Delivery, Message
from app.notifications.operations import notify
from app.notifications.queries import count_unread, list_choices
from app.notifications.wires import WIRES, Wires
from tenants.changes import Change
from tenants.context import Actor, Plane, scope
from tenants.database import db

KIND = NotificationKind(
    key="testing.told",
    title="Told",
    subject={"zh_CN": "通知 {number}", "en": "Notice {number}"},
    body={"zh_CN": "您好，{name}", "en": "Dear {name}"},
    sms={"zh_CN": "【{zone}】{name} 您有新通知", "en": "[{zone}] {name}, there is news"},
    channels=("inbox", "sms"),
)


def csrf_token(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


class Provider:
    """Takes everything, and remembers it."""

    def __init__(self) -> None:
        self.taken: list = []
        self.answer: Status = "accepted"

    def send_batch(self, messages):
        self.taken += messages
        return [
            Outcome(message.id, self.answer, "" if self.answer == "accepted" else "blocked") for message in messages
        ]


@pytest.fixture
def provider(world, monkeypatch):
    monkeypatch.setattr(kinds_module, "SERVICE_KINDS", (*kinds_module.SERVICE_KINDS, KIND))
    provider = Provider()
    monkeypatch.setitem(world.app.extensions, WIRES, Wires(provider, provider))
    return provider


def tell(zone, member, key="k1", plane=Plane.STAFF, actor=None, name="<b>阿明</b>"):
    with scope(plane, zone=zone, actor=actor or Actor(name="test")):
        notify("testing.told", member.member_id, {"name": name, "number": 7}, dedupe_key=key, href="/help/x")
        db.session.commit()


def unread(zone, member):
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=member.account_id, member_id=member.member_id)):
        return count_unread(member.member_id)


def test_a_member_is_told_once_in_the_inbox_and_once_by_sms_however_often_it_is_said(world, provider):
    zone = world.zone()
    member = world.member(zone)
    for _ in range(3):
        tell(zone, member)
    run_due_events()
    assert unread(zone, member) == 1
    [message] = [message for message in provider.taken if message.phone == member.phone]
    assert (message.phone, message.params["text"]) == (member.phone, f"【{zone.name}】<b>阿明</b> 您有新通知")
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(Delivery.state)).scalars().all() == ["accepted"]


def test_the_page_shows_the_words_in_the_readers_language_and_escapes_values(world, provider):
    zone = world.zone()
    member = world.member(zone)
    tell(zone, member)
    client = world.client(zone, member)
    assert "通知 7" in client.get("/inbox").text
    page = client.get("/inbox").text
    href = page.split('href="/inbox/')[1].split('"')[0]
    shown = client.get(f"/inbox/{href}").text
    assert "您好，&lt;b&gt;阿明&lt;/b&gt;" in shown
    client.set_cookie("hall_locale", "en", domain=zone.host.partition(":")[0])
    assert "Dear &lt;b&gt;" in client.get(f"/inbox/{href}").text
    assert unread(zone, member) == 0


def test_another_members_message_does_not_exist(world, provider):
    zone = world.zone()
    mine, other = world.member(zone), world.member(zone)
    tell(zone, mine)
    with scope(Plane.WORKER, zone=zone):
        message_id = db.session.execute(select(Message.id)).scalar_one()
    assert world.client(zone, other).get(f"/inbox/{message_id}").status_code == 404
    assert unread(zone, mine) == 1


def test_the_database_itself_hides_messages_of_others(world, provider):
    zone = world.zone()
    mine, other = world.member(zone), world.member(zone)
    tell(zone, mine)
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=other.account_id, member_id=other.member_id)):
        assert db.session.execute(select(func.count()).select_from(Message)).scalar() == 0


def test_a_member_who_causes_a_message_to_another_has_it_written_by_a_worker(world, provider):
    zone = world.zone()
    cause, reader = world.member(zone), world.member(zone)
    tell(zone, reader, plane=Plane.MEMBER, actor=Actor(account_id=cause.account_id, member_id=cause.member_id))
    assert unread(zone, reader) == 0
    run_due_events()
    assert unread(zone, reader) == 1


def test_each_message_makes_cached_headers_forget(world, provider):
    zone = world.zone()
    member = world.member(zone)
    tell(zone, member)
    with scope(Plane.WORKER):
        keys = db.session.execute(select(Change.key).where(Change.topic == "inbox")).scalars().all()
    assert str(member.member_id) in keys


def test_all_messages_can_be_marked_as_read_at_once(world, provider):
    zone = world.zone()
    member = world.member(zone)
    for number in range(25):
        tell(zone, member, key=f"k{number}")
    client = world.client(zone, member)
    page = client.get("/inbox").text
    assert page.count('href="/inbox/0') == 20
    assert "before=" in page
    client.post("/inbox/read", data={"csrf_token": csrf_token(page)})
    assert unread(zone, member) == 0


def test_a_member_who_wants_no_sms_gets_none_and_still_has_the_message(world, provider):
    zone = world.zone()
    member = world.member(zone)
    client = world.client(zone, member)
    page = client.get("/inbox/preferences").text
    assert 'value="testing.told:sms" checked' in page
    answer = client.post(
        "/inbox/preferences", data={"csrf_token": csrf_token(page), "on": ["notifications.broadcast:sms"]}
    )
    assert answer.status_code == 302
    assert 'value="testing.told:sms" checked' not in client.get("/inbox/preferences").text
    tell(zone, member)
    run_due_events()
    assert unread(zone, member) == 1
    assert [message for message in provider.taken if message.phone == member.phone] == []


def test_only_what_the_zone_may_send_is_offered_and_the_rest_stays_as_it_was_chosen(world):
    zone = world.zone(modules=("news",))
    member = world.member(zone)
    client = world.client(zone, member)
    page = client.get("/inbox/preferences").text
    assert "notifications.broadcast:sms" in page
    assert "help." not in page
    client.post("/inbox/preferences", data={"csrf_token": csrf_token(page), "on": []})
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=member.account_id, member_id=member.member_id)):
        chosen = {kind for kind, _channel in list_choices(member.member_id)}
    assert "notifications.broadcast" in chosen
    assert not [kind for kind in chosen if kind.startswith("help.")]
    full = world.zone()
    everything = world.client(full, world.member(full)).get("/inbox/preferences").text
    assert "help.returned:sms" in everything


def test_a_refusal_of_the_provider_is_final_and_kept(world, provider):
    zone = world.zone()
    member = world.member(zone)
    provider.answer = "refused"
    tell(zone, member)
    run_due_events()
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(Delivery.state, Delivery.provider_code)).all() == [("refused", "blocked")]


def test_a_provider_that_is_away_is_asked_again_with_the_same_id(world, provider):
    zone = world.zone()
    member = world.member(zone)
    provider.answer = "retry"
    tell(zone, member)
    run_due_events()
    provider.answer = "accepted"
    from app.core.clock import now
    from app.core.outbox import OutboxEvent

    with scope(Plane.WORKER, zone=zone):
        db.session.execute(db.update(OutboxEvent).where(OutboxEvent.state == "pending").values(available_at=now()))
        db.session.commit()
    run_due_events()
    first, second = [message for message in provider.taken if message.phone == member.phone]
    assert first.id == second.id


def test_an_unknown_kind_or_a_missing_value_is_refused_at_once(world, provider):
    zone = world.zone()
    member = world.member(zone)
    with scope(Plane.STAFF, zone=zone):
        with pytest.raises(UnknownKind):
            notify("testing.unheard", member.member_id, {}, dedupe_key="x")
        with pytest.raises(UnknownKind, match="number"):
            notify("testing.told", member.member_id, {"name": "x"}, dedupe_key="x")


@pytest.mark.parametrize(
    "text", ["{name.__class__}", "{name!r}", "{name:>10}", "{}", "{0}", "{name"], ids=lambda text: text
)
def test_words_with_anything_but_plain_places_are_refused_at_boot(world, text, monkeypatch):
    broken = NotificationKind("testing.broken", "Broken", {"zh_CN": text, "en": text}, {"zh_CN": "x", "en": "x"})
    monkeypatch.setattr(kinds_module, "SERVICE_KINDS", (broken,))
    with pytest.raises(ManifestError, match=r"testing\.broken"):
        check_kinds(world.app.extensions["unionhall"])


def test_languages_with_different_places_are_refused_at_boot(world, monkeypatch):
    broken = NotificationKind("testing.broken", "Broken", {"zh_CN": "{a}", "en": "{b}"}, {"zh_CN": "x", "en": "x"})
    monkeypatch.setattr(kinds_module, "SERVICE_KINDS", (broken,))
    with pytest.raises(ManifestError, match="different places"):
        check_kinds(world.app.extensions["unionhall"])


def test_values_are_filled_in_as_they_are_and_can_not_break_an_sms():
    assert fill({"zh_CN": "{a}"}, "zh_CN", {"a": "{b} %s {a.b}"}) == "{b} %s {a.b}"
    assert sms_text(KIND, "en", {"zone": "Z", "name": "a\r\nb" + "c" * 500}) == f"[Z] a b{'c' * 297}, there is news"
