"""WeChat of the sandbox: what it takes from whom, and what it remembers."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from app.benefits.wechat.signing import authorization, is_from_wechat, read_keys
from app.core.config import SANDBOX_APP, SANDBOX_MERCHANT
from sandbox.wechat.calls import APP_ID, APP_SECRET, MERCHANT
from sandbox.wechat.oauth import openid_of
from sandbox.wsgi import Sandbox

OPENID = openid_of("ming")
GIVE = f"/wechat/v3/marketing/favor/users/{OPENID}/coupons"


@pytest.fixture
def sandbox(tmp_path) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path, notify_url="")
    for stock_id in ("98", "99"):
        made.wechat.stocks.make(stock_id, most=3, most_each=2)
    yield made
    made.close()


@pytest.fixture
def client(sandbox) -> Client:
    assert sandbox.wechat
    return Client(sandbox)


def ask(client: Client, folder: Path, path: str, order: dict[str, Any] | None = None, **other: Any) -> tuple[int, Any]:
    """A call that the merchant signs; `other` is what it signs in place of what it asks."""
    body = json.dumps(order).encode() if order else b""
    method = "POST" if order else "GET"
    keys = read_keys(folder / "wechat")
    signed = {"method": method, "target": path, "body": body} | other
    headers = {"Authorization": authorization(keys, MERCHANT, **signed)}
    answer = client.open(path, method=method, data=body, headers=headers, base_url="http://127.0.0.1")
    assert is_from_wechat(keys, dict(answer.headers), answer.data)
    return answer.status_code, answer.json


def order(number: str = "n1", **other: str) -> dict[str, str]:
    return {"stock_id": "98", "out_request_no": number, "appid": APP_ID, "stock_creator_mchid": MERCHANT} | other


def test_the_settings_know_its_account_and_its_merchant():
    assert (f"{APP_ID}:{APP_SECRET}", MERCHANT) == (SANDBOX_APP, SANDBOX_MERCHANT)


def test_one_number_is_one_coupon(client, tmp_path):
    first = ask(client, tmp_path, GIVE, order())
    assert first[0] == 200
    assert ask(client, tmp_path, GIVE, order()) == first
    assert ask(client, tmp_path, GIVE, order("n2"))[1] != first[1]
    assert ask(client, tmp_path, GIVE, order(stock_id="99"))[1]["code"] == "PARAM_ERROR"


@pytest.mark.parametrize("other", [{"body": b"{}"}, {"target": "/v3"}, {"method": "GET"}])
def test_what_the_merchant_did_not_sign_is_refused(client, tmp_path, sandbox, other):
    status, told = ask(client, tmp_path, GIVE, order(), **other)
    assert (status, told["code"], sandbox.wechat.coupons.of()) == (401, "SIGN_ERROR", [])


@pytest.mark.parametrize(("other", "code"), [
    ({"appid": "wx1"}, "PARAM_ERROR"), ({"stock_creator_mchid": "1"}, "MCH_NOT_EXISTS"), ({"out_request_no": "a b"}, "PARAM_ERROR"),
])  # fmt: skip
def test_orders_that_are_none_are_refused(client, tmp_path, other, code):
    assert ask(client, tmp_path, GIVE, order() | other)[1]["code"] == code


def test_what_was_given_outlives_the_process(client, tmp_path, sandbox):
    coupon_id = ask(client, tmp_path, GIVE, order())[1]["coupon_id"]
    sandbox.wechat.coupons.use(coupon_id)
    sandbox.close()
    with (tmp_path / "wechat.jsonl").open("a") as log:
        log.write('{"coupon_id": "torn')
    with closing(Sandbox(tmp_path, notify_url="")) as reopened:
        again = Client(reopened)
        assert ask(again, tmp_path, f"{GIVE}/{coupon_id}?appid={APP_ID}")[1]["status"] == "USED"
        assert ask(again, tmp_path, GIVE, order())[1]["coupon_id"] == coupon_id


def test_of_a_stock_it_gives_what_the_merchant_made_and_to_one_person_so_many(client, tmp_path, sandbox):
    for number, code in (("n1", None), ("n2", None), ("n3", "RULE_LIMIT")):
        assert ask(client, tmp_path, GIVE, order(number))[1].get("code") == code
    sandbox.wechat.coupons.expire(sandbox.wechat.coupons.of()[0].coupon_id)
    other = f"/wechat/v3/marketing/favor/users/{openid_of('hong')}/coupons"
    for number, code in (("n4", None), ("n5", "NOT_ENOUGH")):
        assert ask(client, tmp_path, other, order(number))[1].get("code") == code, "what expired was given"
    assert ask(client, tmp_path, GIVE, order())[0] == 200, "a number that was given before is answered as before"
    assert ask(client, tmp_path, GIVE, order("n6", stock_id="97"))[1]["code"] == "RESOURCE_NOT_EXISTS"
    sandbox.wechat.stocks.make("99", status="paused")
    assert ask(client, tmp_path, GIVE, order("n7", stock_id="99"))[1]["code"] == "NOT_ENOUGH"


def test_stocks_are_made_at_the_merchants_desk_and_outlive_the_process(client, tmp_path, sandbox):
    here = {"base_url": "http://127.0.0.1"}
    made = client.post("/wechat/stocks", data={"stock_id": "555", "value_cents": "1234", "most": "7"}, **here)
    assert (made.status_code, "555" in client.get("/wechat/stocks", **here).text) == (303, True)
    assert client.post("/wechat/admin/stocks", json={"stock_id": "5x"}, **here).status_code == 422
    sandbox.close()
    with closing(Sandbox(tmp_path, notify_url="")) as reopened:
        told = ask(Client(reopened), tmp_path, "/wechat/v3/marketing/favor/stocks/555")[1]
    rule = told["stock_use_rule"]
    assert (told["status"], rule["max_coupons"], rule["fixed_normal_coupon"]["coupon_amount"]) == ("running", 7, 1234)
    assert told["distributed_coupons"] == 0


def test_a_code_is_good_once_and_for_the_right_account_alone(client, sandbox):
    def token(**other: str) -> dict[str, Any]:
        asked = {"appid": APP_ID, "secret": APP_SECRET, "code": code, "grant_type": "authorization_code"} | other
        return json.loads(
            client.get("/wechat/sns/oauth2/access_token", query_string=asked, base_url="http://127.0.0.1").data
        )

    code = sandbox.wechat.codes.issue("ming")
    assert token(secret="wrong")["errcode"] == 40125
    assert token()["openid"] == OPENID
    assert token()["errcode"] == 40163
    assert token(code="none")["errcode"] == 40029


def test_people_pay_on_its_page(client, tmp_path, sandbox):
    coupon_id = ask(client, tmp_path, GIVE, order())[1]["coupon_id"]
    assert coupon_id in client.get("/wechat/", base_url="http://127.0.0.1").text
    for status in (303, 409):
        answer = client.post("/wechat/coupons/use", data={"coupon_id": coupon_id}, base_url="http://127.0.0.1")
        assert answer.status_code == status
    assert len(sandbox.wechat.notices.kept) == 1
