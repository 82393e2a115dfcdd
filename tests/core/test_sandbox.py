"""The provider's sandbox, started for real, and the adapters that talk to it."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.notifications import adapters
from app.notifications.adapters import MOST_SPLITS, EmailAdapter, EmailMessage, Outcome, SmsAdapter, SmsMessage
from sandbox.store import Store
from sandbox.wsgi import Sandbox

CHECKOUT = Path(__file__).parents[2]
KEY = {"X-Api-Key": "sandbox"}
PHONE = "+8613812345678"


class Served:
    """A sandbox in a process of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
                   "--port", str(self.port), "--blocking-threads", "4", "--no-ws", "--log-level", "error",
                   "sandbox.wsgi:app"]  # fmt: skip
        # Its own session: granian starts a worker, which must end with it.
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | {"HALL_VAR": str(self.var)}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            try:
                self.get("/stats")
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the sandbox does not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, trust_env=False)

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers=KEY | headers, trust_env=False)

    def fail(self, kind: str, count: int = 1, seconds: float = 2) -> None:
        answer = self.post("/admin/faults", {"kind": kind, "count": count, "seconds": seconds})
        assert answer.status_code == 200, answer.text

    def received(self, phone: str) -> list[dict]:
        return self.get(f"/sms/v1/messages?phone={phone}").json()["messages"]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    server = Served(tmp_path_factory.mktemp("sandbox"))
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def _no_faults_left(request) -> Iterator[None]:
    yield
    if "served" in request.fixturenames:
        server = request.getfixturevalue("served")
        httpx.delete(server.url + "/admin/faults", trust_env=False)


@pytest.fixture
def sms(served) -> Iterator[SmsAdapter]:
    adapter = SmsAdapter(f"{served.url}/sms", "sandbox", timeout=1)
    yield adapter
    adapter.close()


def message(name: str, phone: str = PHONE, **params: str) -> SmsMessage:
    return SmsMessage(name, phone, "sign-in", params or {"code": "123456"})


def payload(name: str, phone: str = PHONE) -> dict:
    return message(name, phone).payload()


# --- the provider ---


def test_a_message_is_taken_once_and_can_be_read(served):
    first = served.post("/sms/v1/batch", {"messages": [payload("once", "+8613900000001")]}).json()
    again = served.post("/sms/v1/batch", {"messages": [payload("once", "+8613900000001")] * 2}).json()
    assert first == {"results": [{"id": "once", "status": "accepted", "code": ""}]}
    assert again["results"] == first["results"] * 2
    for phone in ("13900000001", "+8613900000001", "%2B8613900000001"):
        (received,) = served.received(phone)
        assert received["params"] == {"code": "123456"}


def test_a_repeated_id_with_another_receiver_is_not_sent(served):
    served.post("/sms/v1/batch", {"messages": [payload("twice", "+8613900000002")]})
    served.post("/sms/v1/batch", {"messages": [payload("twice", "+8613900000003")]})
    assert served.received("13900000003") == []


@pytest.mark.parametrize(
    ("phone", "code"),
    [("+8613800099990", "unknown_number"), ("+8613800099991", "blocked"), ("+852512345678", "invalid_number")],
)
def test_some_receivers_are_refused_for_good(served, phone, code):
    for _ in range(2):
        (result,) = served.post("/sms/v1/batch", {"messages": [payload(f"bad {phone}", phone)]}).json()["results"]
        assert (result["status"], result["code"]) == ("refused", code)
    assert served.received(phone) == []


def test_a_busy_receiver_is_reached_at_the_second_attempt(served):
    results = [
        served.post("/sms/v1/batch", {"messages": [payload("busy", "+8613800099992")]}).json()["results"][0]["status"]
        for _ in range(3)
    ]
    assert results == ["busy", "accepted", "accepted"]
    assert len(served.received("13800099992")) == 1


def test_e_mail_is_taken_likewise(served):
    def mail(name: str, to: str) -> dict:
        return {"id": name, "to": to, "subject": "s", "text": "t"}

    body = {"messages": [mail("m1", "Wang@Example.com"), mail("m2", "unknown@example.com"), mail("m3", "nobody")]}
    results = served.post("/email/v1/send", body).json()["results"]
    assert [result["code"] for result in results] == ["", "unknown_address", "invalid_address"]
    (received,) = served.get("/email/v1/messages?to=wang@example.com").json()["messages"]
    assert received["id"] == "m1"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ({}, 400),
        ({"messages": []}, 400),
        ({"messages": [payload("x")] * 1001}, 413),
        ({"messages": ["x"]}, 422),
        ({"messages": [{**payload("x"), "phone": 1}]}, 422),
        ({"messages": [{**payload("x"), "extra": 1}]}, 422),
        ({"messages": [payload("")]}, 422),
        ({"messages": [payload("i" * 101)]}, 422),
    ],
)
def test_malformed_calls_are_refused_whole(served, body, status):
    answer = served.post("/sms/v1/batch", body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_key_is_needed_to_send(served):
    assert served.post("/sms/v1/batch", {"messages": [payload("k")]}, **{"X-Api-Key": "wrong"}).status_code == 401
    assert httpx.post(served.url + "/sms/v1/batch", json={}, trust_env=False).status_code == 401


def test_pages_of_other_hosts_cannot_read_the_codes(served):
    evil = httpx.get(served.url + "/", headers={"Host": "evil.example.com"}, trust_env=False)
    assert evil.status_code == 403
    assert httpx.get(served.url + "/", headers={"Host": "localhost:1"}, trust_env=False).status_code == 200


def test_a_caller_from_another_machine_is_refused(tmp_path):
    answers = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "192.0.2.1", "HTTP_HOST": "localhost"}
    Sandbox(tmp_path)(environ, lambda status, _: answers.append(status))
    assert answers == ["403 Forbidden"]


def test_the_page_shows_messages_escaped(served):
    attack = "<script>alert(1)</script>"
    body = {"messages": [{**payload("html", "+8613900000009"), "params": {"code": attack, attack: "x"}}]}
    served.post("/sms/v1/batch", body)
    page = served.get("/?to=13900000009")
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert 'value="&quot;&gt;&lt;b&gt;"' in served.get("/?to=%22%3E%3Cb%3E").text
    assert served.get("/style.css").headers["Content-Type"].startswith("text/css")
    assert served.get("/nothing").status_code == 404


@pytest.mark.parametrize("order", [{"kind": "fire"}, {"kind": "500", "count": 0}, {"kind": "slow", "seconds": 999}, {}])
def test_unknown_faults_are_refused(served, order):
    assert served.post("/admin/faults", order).status_code == 422


def test_figures_count_what_happened(served):
    before = served.get("/stats").json()
    served.post("/sms/v1/batch", {"messages": [payload("counted"), payload("counted")]})
    after = served.get("/stats").json()
    assert after["sms_accepted"] - before.get("sms_accepted", 0) == 1
    assert after["sms_repeated"] - before.get("sms_repeated", 0) == 1
    assert after["sms_calls"] - before.get("sms_calls", 0) == 1


@pytest.mark.kill
def test_ids_are_still_known_after_a_kill(tmp_path):
    server = Served(tmp_path)
    try:
        server.post("/sms/v1/batch", {"messages": [payload("before", "+8613900000004")]})
        server.kill()
        with (tmp_path / "sandbox" / "messages.jsonl").open("a") as log:
            log.write('{"channel":"sms","torn')
        server.start()
        server.post("/sms/v1/batch", {"messages": [payload("before", "+8613900000004")]})
        server.post("/sms/v1/batch", {"messages": [payload("after", "+8613900000004")]})
        assert server.get("/stats").json()["sms_repeated"] == 1
        server.kill()
        server.start()
        assert [received["id"] for received in server.received("13900000004")] == ["after", "before"]
    finally:
        server.kill()


def test_the_store_is_bounded(tmp_path):
    from sandbox.channels import SMS

    def send(store: Store, start: int) -> None:
        store.take(SMS, [payload(str(number)) for number in range(start, start + 10)])

    store = Store(tmp_path, most_ids=20, most_messages=5)
    for start in range(0, 100, 10):
        send(store, start)
    assert [record["message"]["id"] for record in store.latest()] == ["99", "98", "97", "96", "95"]
    assert store.take(SMS, [payload("99"), payload("0")]) == [
        {"id": "99", "status": "accepted", "code": ""},
        {"id": "0", "status": "accepted", "code": ""},
    ]
    assert store.counts["sms_repeated"] == 1
    store.close()
    again = Store(tmp_path, most_ids=20, most_messages=5)
    again.close()
    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    assert len(lines) == 20
    assert json.loads(lines[-1])["message"]["id"] == "0"


def test_it_takes_five_thousand_messages_a_second(served):
    batches = [
        {"messages": [payload(f"rush {batch}-{number}", f"+86139{batch * 1000 + number:08}") for number in range(1000)]}
        for batch in range(10)
    ]
    bodies = [json.dumps(batch).encode() for batch in batches]
    with httpx.Client(headers=KEY | {"Content-Type": "application/json"}, trust_env=False) as client:
        started = time.perf_counter()
        for body in bodies:
            results = client.post(served.url + "/sms/v1/batch", content=body).json()["results"]
            assert len(results) == 1000
        took = time.perf_counter() - started
    assert 10_000 / took > 5_000, f"{10_000 / took:.0f} a second"


# --- the adapters ---


def test_outcomes_come_in_the_order_of_the_messages(sms):
    phones = [PHONE, "+8613800099990", "+8613800099991", "+8613800099992", "+8613911111111"]
    outcomes = sms.send_batch([message(f"order {phone}", phone) for phone in phones])
    assert [(outcome.status, outcome.code) for outcome in outcomes] == [
        ("accepted", ""), ("refused", "unknown_number"), ("refused", "blocked"), ("retry", "busy"), ("accepted", ""),
    ]  # fmt: skip
    assert [outcome.id for outcome in outcomes] == [f"order {phone}" for phone in phones]


def test_more_than_a_call_takes_goes_in_several_over_one_connection(sms, served):
    before = served.get("/stats").json()["sms_calls"]
    outcomes = sms.send_batch([message(f"many {number}", f"+86137{number:08}") for number in range(2_500)])
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    assert len(outcomes) == 2_500
    assert served.get("/stats").json()["sms_calls"] - before == 3
    assert len(sms._connection()._transport._pool.connections) == 1


def test_nothing_is_sent_for_no_message(sms):
    assert sms.send_batch([]) == []


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("500", Outcome("f", "retry", "server_error")),
        ("429", Outcome("f", "retry", "too_fast", retry_after=2.0)),
        ("timeout", Outcome("f", "retry", "timeout")),
        ("slow", Outcome("f", "retry", "timeout")),
        ("reset", Outcome("f", "retry", "unreachable")),
    ],
)
def test_every_failure_of_a_call_is_tried_again_and_sent_once(sms, served, kind, outcome):
    number = {"500": 1, "429": 2, "timeout": 3, "slow": 4, "reset": 5}[kind]
    name, phone = f"fault {kind}", f"+8613600000{number:03}"
    served.fail(kind)
    (first,) = sms.send_batch([message(name, phone)])
    assert (first.status, first.code, first.retry_after) == (outcome.status, outcome.code, outcome.retry_after)
    time.sleep(1.5 if kind in {"slow", "timeout"} else 0)
    (second,) = sms.send_batch([message(name, phone)])
    assert second == Outcome(name, "accepted")
    assert len(served.received(phone)) == 1


def test_messages_without_an_answer_are_tried_again(sms, served):
    served.fail("partial")
    batch = [message(f"partial {number}") for number in range(4)]
    assert [outcome.code for outcome in sms.send_batch(batch)] == ["", "", "unanswered", "unanswered"]
    assert {outcome.status for outcome in sms.send_batch(batch)} == {"accepted"}


def test_after_a_failing_call_the_rest_waits(sms, served):
    before = served.get("/stats").json()["sms_calls"]
    served.fail("429", seconds=7)
    outcomes = sms.send_batch([message(f"wait {number}") for number in range(2_001)])
    assert [outcomes[place].code for place in (0, 1000, 2000)] == ["too_fast", "not_tried", "not_tried"]
    assert {outcome.retry_after for outcome in outcomes} == {7.0}
    assert served.get("/stats").json()["sms_calls"] - before == 1


def test_a_wrong_key_loses_no_message(served):
    adapter = SmsAdapter(f"{served.url}/sms", "wrong")
    assert adapter.send_batch([message("key")]) == [Outcome("key", "retry", "credentials")]
    adapter.close()


def test_nobody_at_the_other_end_is_tried_again():
    adapter = SmsAdapter("http://127.0.0.1:9/sms", "sandbox", timeout=1)
    assert adapter.send_batch([message("nobody")]) == [Outcome("nobody", "retry", "unreachable")]
    adapter.close()


BAD = "i" * 101


@pytest.mark.parametrize("place", [0, 1, 6, 12])
def test_a_message_that_spoils_the_call_is_found_and_refused_and_the_others_leave_once(sms, served, place):
    good = [message(f"spoilt {place}-{number}", f"+86135{place:04}{number:04}") for number in range(12)]
    outcomes = sms.send_batch([*good[:place], message(BAD), *good[place:]])
    assert outcomes[place] == Outcome(BAD, "refused", "http_422")
    assert {outcome.status for outcome in outcomes if outcome.id != BAD} == {"accepted"}
    assert [len(served.received(each.phone)) for each in good] == [1] * 12


def test_where_no_message_is_understood_it_is_not_the_messages_and_none_is_refused(sms):
    assert sms.send_batch([message("")]) == [Outcome("", "retry", "http_422")]
    outcomes = sms.send_batch([message(BAD + str(number)) for number in range(1_000)])
    assert {(outcome.status, outcome.code) for outcome in outcomes} == {("retry", "http_422")}


def test_looking_for_bad_messages_takes_a_bounded_number_of_calls(sms, monkeypatch):
    made = []
    call = sms._call
    monkeypatch.setattr(sms, "_call", lambda batch: made.append(len(batch)) or call(batch))
    sms.send_batch([message(BAD + str(number)) for number in range(1_000)])
    assert len(made) <= MOST_SPLITS + 1


def test_a_provider_that_breaks_down_while_we_look_refuses_nothing(sms, served):
    served.fail("500")
    outcomes = sms.send_batch([message(BAD), *[message(f"looking {number}") for number in range(7)]])
    assert {outcome.status for outcome in outcomes} == {"retry"}


def test_a_call_that_is_too_large_for_the_provider_goes_in_halves(sms, monkeypatch):
    monkeypatch.setattr(adapters, "MOST_PER_CALL", 2_000)
    outcomes = sms.send_batch([message(f"large {number}") for number in range(1_500)])
    assert {outcome.status for outcome in outcomes} == {"accepted"}


def test_any_other_refusal_of_a_whole_call_is_ours_and_loses_no_message(served):
    adapter = SmsAdapter(f"{served.url}/moved", "sandbox", timeout=1)
    outcomes = adapter.send_batch([message(f"moved {number}") for number in range(1_001)])
    assert (outcomes[0].status, outcomes[0].code, outcomes[1_000].code) == ("retry", "http_404", "not_tried")
    adapter.close()


@pytest.mark.parametrize(
    ("body", "code"),
    [("not json", "bad_answer"), ("[]", "bad_answer"), ('{"results": 1}', "bad_answer"),
     ('{"results": [1]}', "unanswered"),
     ('{"results": [{"id": "a", "status": "lost"}]}', "bad_answer"), ('{"results": []}', "unanswered")],
)  # fmt: skip
def test_answers_that_make_no_sense_are_tried_again(body, code):
    adapter = SmsAdapter("http://provider", "key")
    adapter._client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=body)))
    adapter._owner = os.getpid()
    assert adapter.send_batch([message("a")]) == [Outcome("a", "retry", code)]
    adapter.close()


def test_a_redirect_is_not_followed_with_the_key():
    seen = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://elsewhere/"})

    adapter = SmsAdapter("http://provider", "key")
    adapter._connection()._transport = httpx.MockTransport(elsewhere)
    assert adapter.send_batch([message("a")]) == [Outcome("a", "retry", "bad_answer")]
    assert seen == ["provider"]


def test_e_mail_goes_the_same_way(served):
    adapter = EmailAdapter(f"{served.url}/email", "sandbox")
    mails = [
        EmailMessage("e1", "wang@example.org", "主题", "正文"),
        EmailMessage("e2", "unknown@example.org", "s", "t"),
    ]
    assert adapter.send_batch(mails) == [Outcome("e1", "accepted"), Outcome("e2", "refused", "unknown_address")]
    adapter.close()


def test_no_log_line_or_representation_shows_a_receiver(sms, served, caplog):
    caplog.set_level(logging.DEBUG)
    served.fail("500")
    for phone in (PHONE, "+8613800099990", "+8613800099992"):
        sms.send_batch([message(f"log {phone[-3:]}", phone, code="987654")])
    shown = caplog.text + repr(message("m", PHONE, code="987654")) + repr(EmailMessage("m", "a@b.c", "s", "987654"))
    assert "refused:unknown_number" in shown
    for secret in ("138123", "138000", "987654", "a@b.c"):
        assert secret not in shown
