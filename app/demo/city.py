"""The demo city: unions, zones, people, articles and what goes on among them. Goes on where it was cut off.

The database says whether the city is there, never a file: an own city is left alone, an empty database gets the demo.
The city administrator's account is made last of all and is the mark that nothing is missing.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from flask import g
from sqlalchemy import select

from app.console.operations import provision_zone_in_steps
from app.core.platform import platform
from app.demo.content import CITY, ZONES, DemoZone
from app.demo.ids import demo_id
from app.demo.life import bring_to_life
from app.demo.people import InventedPerson
from app.demo.personas import CITY_ADMIN, Persona, demo_people, demo_zone, list_personas, with_secrets, write_notes
from app.identity.models import Account
from app.identity.operations import ensure_account, find_account_id, grant_role
from app.identity.operations.passwords import verify_hash
from app.identity.roles import ROLES
from app.members.operations import NewMember, add_member
from app.unions.models import Union
from app.unions.operations import create_union
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.models import Zone
from tenants.revisions import published_document

OPERATOR = Actor(name="demo", permissions=frozenset({"staff.appoint", "unions.import"}))


def open_demo_city() -> list[Persona] | None:
    """Its personas, with the city built where the database is empty and `<var>/demo.json` in line with both.

    None where the database holds a city of its own.
    """
    settings = platform().settings
    root = _root_id()
    if root not in (None, _union_id(CITY.union)):
        return None
    g.locale = "zh_CN"
    personas = with_secrets(list_personas(), settings.var)
    if not _is_complete(personas):
        _build(personas)
    zones = _zones()
    personas = [replace(persona, start=start) for persona in personas if (start := _start(persona, zones))]
    write_notes(settings.var, settings.base_domain, [_facts_of(zone) for zone in zones], personas)
    return personas


def _is_complete(personas: list[Persona]) -> bool:
    """Whether the city was built to its end; its accounts then get the secrets that are kept, if they have others."""
    administrator = personas[0]
    with scope(Plane.IDENTITY, actor=OPERATOR):
        account_id = find_account_id(administrator.phone)
        stored = db.session.scalar(select(Account.password_hash).where(Account.id == account_id))
        db.session.commit()
    if account_id is None:
        return False
    if not verify_hash(stored, administrator.password):
        for persona in personas:
            _account(persona)
    return True


def _build(personas: list[Persona]) -> None:
    people = demo_people()
    zones = {demo.slug: _zone(demo) for demo in (CITY, *ZONES)}
    members = {demo.slug: _members(zones[demo.slug], demo, people[demo.slug]) for demo in (CITY, *ZONES)}
    accounts = {}
    for persona in sorted(personas, key=lambda each: each.key == CITY_ADMIN):
        if persona.key == CITY_ADMIN:
            bring_to_life(zones, members, people, accounts)
        accounts[persona.key] = _account(persona, members.get(persona.zone_slug, [None])[0])
        if persona.is_staff and ROLES[persona.role].by_hand:
            zone = zones.get(persona.zone_slug)
            _grant(accounts[persona.key], persona.role, zone.union_id if zone else _union_id(CITY.union), persona.name)


def _root_id() -> UUID | None:
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        root = db.session.scalar(select(Union.id).where(Union.parent_id.is_(None)))
        db.session.commit()
    return root


def _union_id(*names: str) -> UUID:
    return demo_id("union", *names)


def _zone(demo: DemoZone) -> ZoneFacts:
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        root = None if demo is CITY else _union_id(CITY.union)
        union = create_union(OPERATOR, name=demo.union, kind=demo.kind, parent_id=root, union_id=_union_id(demo.union))
        for kind, name in demo.below:
            create_union(OPERATOR, name=name, kind=kind, parent_id=union, union_id=_union_id(demo.union, name))
        db.session.commit()
        zone = provision_zone_in_steps(OPERATOR, slug=demo.slug, name=demo.name, union_id=union, preset=demo.preset)
        facts = platform().registry.by_id(zone.id)
    if facts is None:
        raise LookupError(demo.slug)
    return facts


def _members(zone: ZoneFacts, demo: DemoZone, people: Iterable[InventedPerson]) -> list[UUID]:
    """The ids of people as members of the zone's unions in turn."""
    unions = [_union_id(demo.union, name) for _, name in demo.below] or [_union_id(demo.union)]
    with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
        made = [
            add_member(OPERATOR, demo_id("member", person.phone), _joining(person), unions[number % len(unions)])
            for number, person in enumerate(people)
        ]
        db.session.commit()
    return made


def _joining(person: InventedPerson) -> NewMember:
    return NewMember(
        person.name, person.phone, "resident_id", person.id_number, gender=person.gender, birth_date=person.birth_date
    )


def _account(persona: Persona, member_id: UUID | None = None) -> UUID:
    """The persona's account, with the secrets it is known by."""
    with scope(Plane.IDENTITY, actor=OPERATOR):
        account_id = ensure_account(
            persona.phone, persona.name, password=persona.password, totp_secret=persona.totp_secret or None,
            member_id=None if persona.is_staff else member_id,
        )  # fmt: skip
        db.session.commit()
    return account_id


def _grant(account_id: UUID, role: str, union_id: UUID, name: str) -> None:
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        grant_role(OPERATOR, account_id, role, union_id, name=name)
        db.session.commit()


def _zones() -> list[ZoneFacts]:
    """Every zone there is, the demo's and those made since."""
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        ids = db.session.scalars(select(Zone.id).order_by(Zone.slug)).all()
        found = [platform().registry.by_id(zone_id) for zone_id in ids]
        db.session.commit()
    return [zone for zone in found if zone is not None]


def _start(persona: Persona, zones: list[ZoneFacts]) -> str:
    """Where the persona begins, wherever its zone has moved to; empty when that zone is gone."""
    if persona.key == CITY_ADMIN:
        return platform().url(platform().city_host)
    union = _union_id(demo_zone(persona.zone_slug).union)
    hosts = [zone.host for zone in zones if zone.union_id == union]
    return platform().url(hosts[0], "/console/" if persona.is_staff else "/") if hosts else ""


def _facts_of(zone: ZoneFacts) -> dict[str, object]:
    with scope(Plane.CITY, zone=zone, actor=OPERATOR, reason="demo city"):
        document = published_document(zone).to_json()
        db.session.commit()
    modules = [module for module, choice in document["modules"].items() if choice["enabled"]]
    return {"slug": zone.slug, "name": zone.name, "theme": document["theme"], "modules": modules}
