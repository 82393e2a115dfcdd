"""A running installation and a real browser for the tests here."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.installation import Installation

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo city, running."""
    running = Installation(tmp_path_factory.mktemp("e2e") / "var")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium from the system; without one the test is skipped, in CI it fails."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        reason = f"no browser: none of {', '.join(CHROMIUMS)} is installed"
        if os.environ.get("HALL_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=str(Path(path)), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser):
    """Opens a page of its own, as on a phone or a desktop, in Chinese or English, with or without scripts."""
    contexts = []

    def open_page(size: dict[str, int], locale: str = "zh-CN", *, scripts: bool = True) -> Page:
        context = chromium.new_context(viewport=size, locale=locale, java_script_enabled=scripts)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
