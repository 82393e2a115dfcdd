"""What was typed and not sent is asked about before it is lost, and nothing else is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESKTOP
from tests.e2e.installation import Installation
from tests.e2e.signing_in import sign_in_with_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LANGUAGE = {"zh-CN": "a[lang=en]:visible", "en": "a[lang=zh-CN]:visible"}
FORMS_OF_THE_DESK = (
    ("/console/broadcasts/new", "input[name=title]"),
    ("/console/look", "input[name=slogan]"),
    ("/console/modules/help", "form textarea, form input[type=number], form input[type=text]"),
    ("/console/news/new", "input[name=title]"),
    ("/console/news/new", "[contenteditable]"),
)


class Visitor:
    """A browser in which somebody is signed in; `is_asked` tries to leave by the language switch, and stays if asked."""

    def __init__(self, page: Page, installation: Installation, who: str) -> None:
        self.page, self.installation, self.asked = page, installation, 0
        self.slug = who.partition(":")[2]
        page.set_default_timeout(15_000)
        page.on("dialog", self._stay)
        page.goto(installation.url(self.slug, "/console/" if "admin" in who else "/inbox"))
        sign_in_with_password(page, installation.demo()["personas"][who])
        page.wait_for_url(f"{installation.url(self.slug)}**")

    def _stay(self, dialog) -> None:
        assert dialog.type == "beforeunload"
        self.asked += 1
        dialog.dismiss()

    def open(self, path: str) -> None:
        """Open a page anew, whatever was typed in the one before."""
        self.page.evaluate("document.querySelectorAll('form').forEach((form) => delete form.dataset.unsent)")
        self.page.goto(self.installation.url(self.slug, path))

    def is_asked(self) -> bool:
        before, language = self.asked, self.page.get_attribute("html", "lang")
        assert language
        self.page.locator(LANGUAGE[language]).first.click(no_wait_after=True)
        if self.asked == before:
            self.page.wait_for_function("(was) => document.documentElement.lang !== was", arg=language)
        return self.asked > before

    def type(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.press_sequentially(text)


def signed_in(chromium: Browser, installation: Installation, who: str) -> Iterator[Visitor]:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN")  # type: ignore[arg-type]
    yield Visitor(context.new_page(), installation, who)
    context.close()


@pytest.fixture(scope="module")
def member(chromium, installation):
    yield from signed_in(chromium, installation, "member:haicheng")


@pytest.fixture(scope="module")
def desk(chromium, installation):
    yield from signed_in(chromium, installation, "zone_admin:xiashan")


def test_a_members_form_asks_until_the_draft_is_saved(member):
    member.open("/help/apply/schooling")
    assert not member.is_asked(), "nothing was typed"
    member.type("textarea[name=description]", "学费")
    assert member.is_asked()
    expect(member.page.locator("textarea[name=description]")).to_have_value("学费")
    expect(member.page.locator("[data-unsaved]")).to_contain_text("Draft saved")
    assert not member.is_asked(), "the draft is saved in passing"


def test_what_was_refused_is_not_sent_yet(member):
    member.open("/me/data/correction")
    member.type("textarea", "错")
    before = member.asked
    member.page.locator("main button[type=submit]").click()
    expect(member.page.locator("[data-focus]")).to_be_visible()
    assert member.asked == before
    assert member.is_asked()


def test_every_form_of_the_desk_asks(desk):
    for path, field in FORMS_OF_THE_DESK:
        desk.open(path)
        assert not desk.is_asked(), path
        desk.open(path)
        desk.type(field, "1")
        assert desk.is_asked(), path


def test_sending_a_form_and_narrowing_a_list_ask_nothing(desk):
    desk.open("/console/members/")
    desk.type("input[name=q]", "林")
    assert not desk.is_asked()
    desk.open("/console/look")
    desk.type("input[name=slogan]", "好")
    before = desk.asked
    desk.page.locator(".desk-form__actions button[type=submit]").click()
    expect(desk.page.locator(".alert-success")).to_be_visible()
    assert desk.asked == before
    assert not desk.is_asked()


def test_sending_one_form_asks_about_what_is_typed_in_another(desk):
    desk.open("/console/help/?state=recommended")  # what waits for this desk's decision is open to it
    desk.page.locator("tbody th a").first.click()
    desk.type("textarea[name=inner_note]", "已电话联系")
    reveal = desk.page.locator(".desk-reveal").filter(has=desk.page.locator("[name=reveal_reason]"))
    reveal.locator("summary").click()
    desk.type("input[name=reveal_reason]", "电话核实")
    before = desk.asked
    reveal.locator("button[type=submit]").click(no_wait_after=True)
    expect(desk.page.locator("textarea[name=inner_note]")).to_have_value("已电话联系")
    assert desk.asked == before + 1


def test_what_the_browser_fills_in_by_itself_is_not_asked_about(installation, open_page):
    page = open_page(DESKTOP)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(installation.url("xiashan", "/me/data"))
    page.locator("input[name=phone]").press_sequentially("138")
    page.locator('a[href*="/sign-in/password"]').first.click()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert asked == []
