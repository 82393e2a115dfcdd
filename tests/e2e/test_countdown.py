"""A page that counts down is opened anew once its moment has come; one that was stored goes on to say that it has not."""

from pathlib import Path

import pytest
from playwright.sync_api import Route

import app
from tests.e2e.conftest import PHONE

pytestmark = pytest.mark.browser
SCRIPT = (Path(app.__file__).parent / "static/js/countdown.js").read_text()
STORED = f"""<!doctype html><p data-countdown="2020-06-01T09:00:00+08:00" data-clock="/clock" data-days="天" hidden><strong data-left></strong></p>
<script>{SCRIPT}</script>"""
NOBODY_WAITS = """Math.random = () => 0;
const later = window.setTimeout;
window.setTimeout = (what, milliseconds) => { console.log(`waits ${milliseconds}`); return later(what, 0); };"""


def test_a_stored_page_is_opened_anew_at_once_and_then_less_and_less_often(open_page):
    page, waits = open_page(PHONE), []

    def serve(route: Route) -> None:
        if route.request.url.endswith("/clock"):
            route.fulfill(status=503)
        else:
            route.fulfill(body=STORED, content_type="text/html; charset=utf-8")

    page.on("console", lambda said: waits.append(said.text))
    page.route("**/*", serve)
    page.add_init_script(NOBODY_WAITS)
    with page.expect_console_message(lambda said: said.text == "waits 60000"):
        page.goto("http://zone.test/")
    waited = [int(said.removeprefix("waits ")) for said in waits if said.startswith("waits ")]
    assert waited[:7] == [0, 1000, 3000, 7000, 15_000, 31_000, 60_000]
