"""How the personas of the demo city sign in, in a browser."""

import json
import time
import urllib.parse
import urllib.request
from typing import Any

from playwright.sync_api import Page
from pyotp.totp import TOTP

from tests.e2e.installation import Installation

STEP_SECONDS = 30
_last_step: dict[str, int] = {}


def fresh_code(secret: str) -> str:
    """A second-factor code that was not used yet: the present step's, or, as the server allows for clocks that go fast,
    the next one's. A third within half a minute waits."""
    while True:
        present = int(time.time()) // STEP_SECONDS
        step = max(present, _last_step.get(secret, 0) + 1)
        if step <= present + 1:
            _last_step[secret] = step
            return TOTP(secret).generate_otp(step)
        time.sleep(0.5)


def sign_in_with_password(page: Page, persona: dict[str, str]) -> None:
    """From any page that asks for it: phone, password, and the second factor where there is one."""
    if page.locator('a[href*="/sign-in/password"]').count():
        page.locator('a[href*="/sign-in/password"]').first.click()
    page.fill("input[name=phone]", persona["phone"].removeprefix("+86"))
    page.fill("input[name=password]", persona["password"])
    page.click("main button[type=submit]")
    if persona["totp_secret"]:
        page.fill("input[name=code]", fresh_code(persona["totp_secret"]))
        page.click("main button[type=submit]")


def sent_to(installation: Installation, phone: str) -> list[dict[str, Any]]:
    """What the SMS sandbox was asked to send to a phone, the latest first."""
    address = f"http://127.0.0.1:{installation.sandbox_port}/sms/v1/messages?phone={urllib.parse.quote(phone)}"
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)["messages"]


def latest_code(installation: Installation, phone: str) -> str:
    """The code that was last sent to a phone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if codes := [
            message["params"]["code"] for message in sent_to(installation, phone) if "code" in message["params"]
        ]:
            return codes[0]
        time.sleep(0.2)
    raise AssertionError(f"no code was sent to {phone}")


def sign_in_with_code(page: Page, installation: Installation, phone: str) -> None:
    """From any page that asks for it: phone, then the code the SMS sandbox was sent."""
    page.fill("input[name=phone]", phone)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", latest_code(installation, phone))
    page.click("main button[type=submit]")
