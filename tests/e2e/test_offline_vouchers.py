"""A clerk's phone takes vouchers with the network down, and hands them in when it is back."""

import re

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import PHONE
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COUNTER = "/console/benefits/redeem/offline/"
OTHER_SHOP = "00000000-0000-7000-8000-000000000000"


def test_a_voucher_is_taken_without_network_and_redeemed_when_it_is_back(installation, open_page):
    member, clerk = open_page(PHONE), open_page(PHONE)
    personas = installation.demo()["personas"]
    member.goto(installation.url("xiashan", "/me/benefits/vouchers"))
    sign_in_with_password(member, personas["member:xiashan"])
    member.locator("main a", has_text="生日蛋糕券").first.click()
    member.locator(".hall-qr details summary").click()
    code = re.search(r"[0-9A-Z]{10} [0-9A-Z]{10}", member.locator(".hall-qr details").inner_text())
    assert code
    clerk.goto(installation.url("xiashan", COUNTER))
    sign_in_with_password(clerk, personas["clerk:xiashan"])
    clerk.locator("[data-offline-take]").click()
    expect(clerk.locator("[data-offline-counter]")).to_be_visible()
    shop = clerk.locator("[data-offline]").get_attribute("data-shop")
    clerk.context.set_offline(True)
    other = clerk.context.new_page()
    with pytest.raises(Error):
        other.goto(installation.url("xiashan", f"{COUNTER}?shop={OTHER_SHOP}"))
    clerk.goto(installation.url("xiashan", f"{COUNTER}?from=bookmark"))
    expect(clerk.locator(f"[data-shop='{shop}']")).to_be_visible()
    clerk.goto(installation.url("xiashan", COUNTER))
    clerk.locator("[name=code]").fill("ABCDEFGHJK ABCDEFGHJK")
    clerk.locator("[data-offline-look] button[type=submit]").click()
    expect(clerk.locator("[data-offline-confirm]")).to_be_hidden()
    expect(clerk.locator("[data-offline-said]")).to_be_visible()
    clerk.locator("[name=code]").fill(code[0])
    clerk.locator("[data-offline-look] button[type=submit]").click()
    if clerk.locator("[name=purchase]").is_visible():
        clerk.locator("[name=purchase]").fill("500")
    clerk.locator("[data-offline-confirm] button[type=submit]").click()
    expect(clerk.locator("[data-use=waiting]")).to_have_count(1)
    clerk.reload()
    expect(clerk.locator("[data-use=waiting]")).to_have_count(1)
    clerk.locator("[name=code]").fill(code[0])
    clerk.locator("[data-offline-look] button[type=submit]").click()
    expect(clerk.locator("[data-offline-confirm]")).to_be_hidden()
    clerk.context.set_offline(False)
    expect(clerk.locator("[data-use=redeemed]")).to_have_count(1)
    take_while_a_list_is_under_way(clerk)
    member.reload()
    expect(member.locator(".hall-qr")).to_have_count(0)


def take_while_a_list_is_under_way(clerk):
    """A new list comes while a voucher is taken by the old one: what was taken stays on the phone."""
    take = """() => {
      const key = `offline-vouchers:${document.querySelector("[data-offline]").dataset.shop}`;
      const kept = JSON.parse(localStorage.getItem(key));
      kept.uses.push({ key: "meanwhile", code: "ABCDEFGHJK.ABCDEFGHJK", at: Date.now(), purchase: null, title: "券", state: "waiting" });
      localStorage.setItem(key, JSON.stringify(kept));
    }"""

    def meanwhile(route):
        clerk.evaluate(take)
        route.continue_()

    clerk.route("**/redeem/offline/lists", meanwhile)
    clerk.locator("[data-offline-take]").click()
    expect(clerk.locator("[data-offline-said].alert-danger")).to_be_visible()
    assert clerk.evaluate("() => Object.values(localStorage).some((kept) => kept.includes('meanwhile'))")


def test_without_scripts_the_page_says_that_it_needs_a_network(installation, open_page):
    clerk = open_page(PHONE, scripts=False)
    clerk.goto(installation.url("xiashan", COUNTER))
    sign_in_with_password(clerk, installation.demo()["personas"]["clerk:xiashan"])
    expect(clerk.locator("[data-offline-none]")).to_be_visible()
    expect(clerk.locator("[data-offline]")).to_be_hidden()
