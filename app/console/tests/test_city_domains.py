"""Domains of a union's own: proved in DNS, serving the zone, becoming its address, given up."""

import json

import pytest

from app.console.tests.conftest import CITY, actions
from app.core.platform import platform
from app.identity.tests.conftest import ID
from app.identity.tests.conftest import Browser as Walker
from tenants.changes import ChangeFeed
from tenants.context import Plane, scope
from tenants.database import db
from tenants.hosts import is_own_domain, parse_domain, parse_host, zone_host
from tenants.registry import ZoneRegistry
from tests.fixtures.forms import fill


class Domains:
    """The domains of a zone as the city's desk handles them."""

    def __init__(self, desk, zone, name_server):
        self.desk, self.zone, self.name_server = desk, zone, name_server
        self.page = f"/city/zones/{zone.slug}"

    def add(self, domain):
        return fill(self.desk, self.page, post_to=f"{self.page}/domains", domain=domain)

    def do(self, domain, action):
        return fill(self.desk, self.page, post_to=f"{self.page}/domains/{domain}", action=action)

    def publish(self, domain):
        """Put the proof that the page names into the domain's DNS."""
        text = self.desk.get(self.page).text.partition(f"_unionhall.{domain} = ")[2].partition("<")[0]
        self.name_server.texts[f"_unionhall.{domain}"] = text

    def verify(self, domain):
        self.add(domain)
        self.publish(domain)
        return self.do(domain, "verify")


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def domains(desk, zone, name_server):
    return Domains(desk, zone, name_server)


def test_a_domain_leads_to_its_zone_once_it_is_proved_and_not_before(world, zone, domains):
    visitor = world.client("hall.first.cn")
    assert domains.add("Hall.First.cn.").status_code == 302
    assert visitor.get("/").status_code == 404
    domains.do("hall.first.cn", "verify")
    assert "域名解析中还没有找到" in domains.desk.get(domains.page).text
    assert visitor.get("/").status_code == 404
    domains.publish("hall.first.cn")
    domains.do("hall.first.cn", "verify")
    page = visitor.get("/")
    assert page.status_code == 200
    assert zone.name in page.text
    assert world.client(zone).get("/").status_code == 200
    assert actions(zone.id) == ["zones.domain-added", "zones.domain-verified"]


def test_no_transaction_is_open_while_dns_is_asked(domains):
    domains.verify("hall.open.cn")
    assert domains.name_server.open_transactions
    assert set(domains.name_server.open_transactions) == {0}


def test_the_primary_domain_is_the_zones_address_and_the_others_lead_there(world, zone, domains):
    domains.verify("hall.main.cn")
    domains.verify("hall.second.cn")
    domains.do("hall.main.cn", "primary")
    assert world.client("hall.main.cn").get("/").status_code == 200
    for host in (zone.host, "hall.second.cn", "HALL.second.cn."):
        moved = world.client(host).get("/news/?a=1")
        assert (moved.status_code, moved.location) == (301, "http://hall.main.cn/news/?a=1")
    assert "http://hall.main.cn/" in domains.desk.get(domains.page).text
    with scope(Plane.MEMBER):
        assert platform().registry.by_id(zone.id).host == "hall.main.cn"  # type: ignore[union-attr]
    assert actions(zone.id)[-1] == "zones.domain-primary"


def test_browsers_do_not_remember_for_ever_where_a_zone_lives(world, zone, domains):
    domains.verify("hall.ever.cn")
    domains.do("hall.ever.cn", "primary")
    assert world.client(zone).get("/").headers["Cache-Control"] == "max-age=60"
    domains.do("hall.ever.cn", "plain")
    assert world.client(zone).get("/").status_code == 200
    assert world.client("hall.ever.cn").get("/").status_code == 200


def test_the_programs_of_a_zone_need_not_follow_its_move(world, zone, domains):
    domains.verify("hall.program.cn")
    domains.do("hall.program.cn", "primary")
    for host in (zone.host, "hall.program.cn"):
        assert world.client(host).get("/api/v1/news").status_code == 200


def test_signing_in_ends_at_the_primary_domain(world, zone, domains):
    domains.verify("hall.sign.cn")
    domains.do("hall.sign.cn", "primary")
    member = world.member(zone)
    at_id = world.client(ID, member).get_cookie("hall", domain=ID)
    walker = Walker(world)
    walker.client.set_cookie("hall", at_id.value, domain=ID)
    page = walker.get(f"http://{zone.host}/session/begin?next=/me")
    assert walker.here() == "hall.sign.cn/me"
    assert page.status_code == 200
    assert walker.cookie("hall", "hall.sign.cn")
    assert walker.cookie("hall", zone.host) is None


def test_a_domain_given_up_leads_nowhere_in_any_process(world, zone, domains):
    other_process, feed = ZoneRegistry("hall.test"), ChangeFeed()
    other_process.listen_to(feed)
    domains.verify("hall.gone.cn")
    domains.do("hall.gone.cn", "primary")
    host = parse_host("hall.gone.cn", "hall.test")
    assert host

    def found_there():
        with scope(Plane.MEMBER):
            feed.read(db.session.connection())
            return other_process.by_host(host)

    assert found_there()
    domains.do("hall.gone.cn", "remove")
    assert world.client("hall.gone.cn").get("/").status_code == 404
    assert found_there() is None
    assert world.client(zone).get("/").status_code == 200
    assert actions(zone.id)[-1] == "zones.domain-removed"


def test_a_domain_that_is_not_proved_does_not_become_the_address(world, zone, domains):
    domains.add("hall.unproved.cn")
    domains.do("hall.unproved.cn", "primary")
    assert world.client(zone).get("/").status_code == 200


def test_a_domain_belongs_to_one_zone(world, domains, desk, name_server):
    other = Domains(desk, world.zone(), name_server)
    domains.verify("hall.mine.cn")
    refused = other.add("hall.mine.cn")
    assert refused.status_code == 422
    assert "hall.mine.cn" in refused.text
    for action in ("verify", "primary", "remove"):
        assert other.do("hall.mine.cn", action).status_code == 404
    assert world.client("hall.mine.cn").get("/").status_code == 200


@pytest.mark.parametrize(
    "domain",
    ["hall.test", "city.hall.test", "id.hall.test", "x.y.hall.test", "localhost", "10.0.0.1", "a b.cn", "a.cn/x",
     "a.cn:8000", "-a.cn", "https://a.cn", "工会", "x" * 250 + ".cn"],
)  # fmt: skip
def test_what_can_be_no_domain_of_a_union_is_refused_and_stays_in_the_form(domains, domain):
    refused = domains.add(domain)
    assert refused.status_code == 422
    assert domain in refused.text


def test_two_zones_that_note_one_domain_at_once_are_told(world, zone, overtaken):
    from app.console.operations import add_domain

    other = world.zone()
    given = overtaken(lambda: add_domain(zone.id, "hall.race.cn"), lambda: add_domain(other.id, "hall.race.cn"))
    assert [refusal.code for refusal in given] == ["domain-taken"]


def test_the_command_line_keeps_the_proof_when_it_is_not_published_yet(zone, zones, name_server):
    refused = zones("domains", zone.slug, "--add", "hall.line.cn", "--verify", "hall.line.cn", "--json")
    assert refused.exit_code == 1
    assert "domain-unproven" in refused.stderr
    [noted] = json.loads(refused.stdout)
    name_server.texts["_unionhall.hall.line.cn"] = noted["proof"]
    done = zones("domains", zone.slug, "--verify", "hall.line.cn", "--primary", "hall.line.cn")
    assert (done.exit_code, done.stdout.split()) == (0, ["hall.line.cn", "primary"])
    assert zones("domains", zone.slug, "--no-primary").stdout.split() == ["hall.line.cn", "verified"]
    assert json.loads(zones("domains", zone.slug, "--remove", "hall.line.cn", "--json").stdout) == []
    assert actions(zone.id) == [
        f"zones.domain-{deed}" for deed in ("added", "verified", "primary", "primary", "removed")
    ]


def test_domains_are_the_citys_business(world, zone):
    assert world.client(CITY, world.staff(zone)).post(f"/city/zones/{zone.slug}/domains").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"), [(" Hall.Example.CN. ", "hall.example.cn"), ("a.cn:1", ""), ("a", ""), ("1.2.3.4", "")]
)
def test_domains_are_kept_in_one_spelling(typed, kept):
    assert parse_domain(typed) == kept


def test_a_domain_has_the_port_of_the_base_domain_and_none_in_production():
    assert zone_host("x", "hall.example.cn", "localhost:8000") == "hall.example.cn:8000"
    assert zone_host("x", "hall.example.cn", "hall.test") == "hall.example.cn"
    assert zone_host("x", None, "localhost:8000") == "x.localhost:8000"
    assert is_own_domain("a.localhost", "localhost:8000")
    assert not is_own_domain("notlocalhost.cn", "localhost:8000")
