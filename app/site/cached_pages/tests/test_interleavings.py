"""Whatever order people do things in, a cached page is the page Flask would render for that browser, and nobody else's."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core.display import TEXT_COOKIE
from app.core.i18n import LOCALE_COOKIE
from app.identity.models import Session
from app.identity.operations import revoke_session
from app.identity.sessions import hash_token
from app.notifications.models import Message
from app.notifications.operations import INBOX_CHANGED
from app.site.cached_pages.tests.conftest import change_zone, publish, rendered
from tenants.changes import announce
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

GZIP = {"Accept-Encoding": "gzip"}


def test_no_order_of_events_shows_a_wrong_page(world, stories):
    zones = [world.zone(), world.zone()]
    people = [world.member(zones[0]), world.member(zones[1]), world.member(world.root), world.staff(zones[0])]

    class Visits(RuleBasedStateMachine):
        browsers = Bundle("browsers")

        @initialize(target=browsers, zone=st.sampled_from(zones))
        def begin(self, zone):
            return [zone, world.client(zone), None]

        @rule(target=browsers, zone=st.sampled_from(zones), person=st.sampled_from([None, *people]))
        def open_browser(self, zone, person):
            return [zone, world.client(zone, person), person]

        @rule(browser=browsers, packed=st.booleans(), path=st.sampled_from(["/", "/services", "/?from=x"]))
        def look(self, browser, packed, path):
            zone, client, person = browser
            answer = client.get(path, headers=GZIP if packed else {})
            tag = answer.headers["ETag"]
            plain = client.get(path)
            assert plain.text == rendered(client, path.partition("?")[0]).text
            assert client.get(path, headers={**(GZIP if packed else {}), "If-None-Match": tag}).status_code == 304
            names = {each.name for each in people} - ({person.name} if person else set())
            assert not any(name in plain.text for name in names)
            assert (person is not None and person.name in plain.text) == (person is not None)
            assert not any(f"of {other.slug}:" in plain.text for other in zones if other is not zone)

        @rule(browser=browsers)
        def end_session(self, browser):
            _, client, person = browser
            if person is None:
                return
            with scope(Plane.IDENTITY, actor=Actor(account_id=person.account_id)):
                of_person = Session.account_id == person.account_id
                token = client.get_cookie("hall", domain=client.host)
                if token is not None:
                    ended = db.session.execute(
                        select(Session.id).where(of_person, Session.token_hash == hash_token(token.value))
                    ).scalar_one()
                    revoke_session(person.account_id, ended)
                db.session.commit()
            client.delete_cookie("hall", domain=client.host)
            browser[2] = None

        @rule(browser=browsers, text=st.sampled_from(["normal", "large"]))
        def choose_text(self, browser, text):
            browser[1].set_cookie(TEXT_COOKIE, text, domain=browser[1].host)

        @rule(browser=browsers, locale=st.sampled_from(["zh_CN", "en"]))
        def choose_locale(self, browser, locale):
            browser[1].set_cookie(LOCALE_COOKIE, locale, domain=browser[1].host)

        @rule(zone=st.sampled_from(zones), text=st.text("abc", max_size=3))
        def publish(self, zone, text):
            stories.tell(zone, text)

        @rule(zone=st.sampled_from(zones), theme=st.sampled_from(["harbor", "party-red"]))
        def change_look(self, zone, theme):
            publish(zone, slogan=f"slogan {theme}", theme=theme)

        @rule(zone=st.sampled_from(zones), name=st.sampled_from(["甲专区", "乙专区"]))
        def rename(self, zone, name):
            change_zone(zone, name=name)

        @rule(zone=st.sampled_from(zones), person=st.sampled_from(people[:3]))
        def send_message(self, zone, person):
            with scope(Plane.WORKER, zone=zone):
                db.session.add(Message(member_id=person.member_id, kind="test", dedupe_key=str(uuid7())))
                announce(INBOX_CHANGED, person.member_id)
                db.session.commit()

    run_state_machine_as_test(
        Visits,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
