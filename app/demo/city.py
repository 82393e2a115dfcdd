"""Builds the demo city, once: unions, zones, people, articles, an application for help. Goes on where it was cut off."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pyotp
from flask import g
from sqlalchemy import select

from app.console.operations import provision_zone_in_steps
from app.core.clock import today_in_china
from app.core.platform import platform
from app.demo.content import ARTICLES, CITY, ZONES, DemoZone
from app.demo.people import InventedPerson, invented_people
from app.identity.operations import ensure_account, grant_role
from app.members.operations import NewMember, add_member
from app.modules.news.models import Article, Category
from app.modules.news.operations import Content, pin_article, publish_article, write_article
from app.unions.models import Union
from app.unions.operations import create_union
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.models import Zone
from tenants.revisions import published_document

NAMESPACE = UUID("6f6d7a3e-95c1-4a52-9a35-3a3a5f1f7d10")
OPERATOR = Actor(name="demo", permissions=frozenset({"staff.appoint", "news.write", "news.publish", "unions.import"}))
FIRST_STAFF = 9000


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as; `start` is where to begin."""

    key: str
    name: str
    phone: str
    password: str
    totp_secret: str
    start: str


def _notes(var: Path) -> Path:
    return var / "demo.json"


def known_personas(var: Path) -> list[Persona]:
    """The personas of the demo city that was built in `var`; none where there is none yet."""
    try:
        noted = json.loads(_notes(var).read_text())
    except FileNotFoundError:
        return []
    return [Persona(key=key, **facts) for key, facts in noted["personas"].items()]


def build_demo_city() -> list[Persona]:
    """The personas of the demo city; the first call makes them and the city and writes `<var>/demo.json`."""
    path = _notes(platform().settings.var)
    if known := known_personas(path.parent):
        return known
    g.locale = "zh_CN"
    people = invented_people()
    personas = [_city_admin()]
    for demo in (CITY, *ZONES):
        zone = _zone(demo)
        members = _members(zone, demo, people)
        _articles(zone)
        personas += [_zone_admin(zone, demo), _member_persona(zone, members[0])]
    _write(path, personas)
    return personas


def _id(*parts: object) -> UUID:
    """An id that is the same each time, so that a build that was cut off can go on."""
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def _zone(demo: DemoZone) -> ZoneFacts:
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        union = _union(demo.union, demo.kind, None if demo is CITY else _root())
        for kind, name in demo.below:
            _union(name, kind, union)
        db.session.commit()
        zone = provision_zone_in_steps(OPERATOR, slug=demo.slug, name=demo.name, union_id=union, preset=demo.preset)
        facts = platform().registry.by_id(zone.id)
    if facts is None:
        raise LookupError(demo.slug)
    return facts


def _root() -> UUID:
    return db.session.execute(select(Union.id).where(Union.parent_id.is_(None))).scalar_one()


def _union(name: str, kind: str, parent_id: UUID | None) -> UUID:
    found = db.session.execute(
        select(Union.id).where(Union.name == name, Union.parent_id == parent_id)
    ).scalar_one_or_none()
    return found or create_union(OPERATOR, name=name, kind=kind, parent_id=parent_id)


def _members(zone: ZoneFacts, demo: DemoZone, people: Iterator[InventedPerson]) -> list[tuple[UUID, InventedPerson]]:
    """Members of the zone's unions in turn; returns each with their id."""
    with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
        unions = list(
            db.session.scalars(
                select(Union.id)
                .where(Union.name.in_([name for _, name in demo.below] or [demo.union]))
                .order_by(Union.path)
            )
        )
        made = []
        for number in range(demo.members):
            person = next(people)
            joining = NewMember(
                person.name,
                person.phone,
                "resident_id",
                person.id_number,
                gender=person.gender,
                birth_date=person.birth_date,
            )
            member_id = _id("member", person.phone)
            made.append((add_member(OPERATOR, member_id, joining, unions[number % len(unions)]), person))
        db.session.commit()
    return made


def _articles(zone: ZoneFacts) -> None:
    with scope(Plane.STAFF, zone=zone, actor=OPERATOR):
        notices = db.session.scalars(select(Category.id).where(Category.is_notice).limit(1)).first()
        usual = db.session.scalars(select(Category.id).where(Category.is_notice.is_(False)).limit(1)).first()
        for number, article in enumerate(ARTICLES):
            article_id = _id("article", zone.slug, number)
            content = Content(
                article.title, article.summary, article.body, notices if article.notice else usual, source=zone.name
            )
            find_state = select(Article.state).where(Article.id == article_id)
            if db.session.execute(find_state).scalar_one_or_none() is None:
                write_article(OPERATOR, content, article_id=article_id)
            if db.session.execute(find_state).scalar_one() == "draft":
                publish_article(OPERATOR, article_id)
            if article.pinned:
                pin_article(OPERATOR, article_id, today_in_china() + timedelta(days=30))
        db.session.commit()


def _account(key: str, number: int, name: str, role: str, union_id: UUID, start: str) -> Persona:
    """A member of staff with password and second factor."""
    persona = Persona(key, name, f"+861660000{number}", _password(), pyotp.random_base32(), start)
    with scope(Plane.IDENTITY, actor=OPERATOR):
        account_id = ensure_account(persona.phone, name, password=persona.password, totp_secret=persona.totp_secret)
        db.session.commit()
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        grant_role(OPERATOR, account_id, role, union_id)
        db.session.commit()
    return persona


def _city_admin() -> Persona:
    with scope(Plane.CITY, actor=OPERATOR, reason="demo city"):
        root = _union(CITY.union, CITY.kind, None)
        db.session.commit()
    return _account("city_admin", FIRST_STAFF, "市总管理员", "city_admin", root, platform().url(platform().city_host))


def _zone_admin(zone: ZoneFacts, demo: DemoZone) -> Persona:
    number = FIRST_STAFF + 1 + [each.slug for each in (CITY, *ZONES)].index(demo.slug)
    start = platform().url(zone.host, "/console/")
    return _account(f"zone_admin:{zone.slug}", number, f"{demo.name}管理员", "zone_admin", zone.union_id, start)


def _member_persona(zone: ZoneFacts, member: tuple[UUID, InventedPerson]) -> Persona:
    member_id, person = member
    persona = Persona(f"member:{zone.slug}", person.name, person.phone, _password(), "", platform().url(zone.host))
    with scope(Plane.IDENTITY, actor=OPERATOR):
        ensure_account(person.phone, person.name, password=persona.password, member_id=member_id)
        db.session.commit()
    return persona


def _password() -> str:
    return secrets.token_urlsafe(9)


def _write(path: Path, personas: list[Persona]) -> None:
    """Note zones and personas for people and tests, for this user only; complete or absent."""
    with scope(Plane.CITY, reason="demo city"):
        zones = [
            {"slug": slug, "name": name, "theme": document["theme"],
             "modules": [module for module, choice in document["modules"].items() if choice["enabled"]]}
            for slug, name, document in _published()
        ]  # fmt: skip
    facts = {
        "base_domain": platform().settings.base_domain,
        "zones": zones,
        "personas": {
            persona.key: {key: value for key, value in asdict(persona).items() if key != "key"} for persona in personas
        },
    }
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(facts, stream, ensure_ascii=False, indent=2)
    draft.replace(path)


def _published() -> list[tuple[str, str, dict[str, Any]]]:
    """Slug, name and published document of each zone."""
    found = []
    for zone in db.session.scalars(select(Zone).order_by(Zone.slug)).all():
        facts = platform().registry.by_id(zone.id)
        if facts is not None:
            found.append((zone.slug, zone.name, facts))
    db.session.commit()
    return [(slug, name, _document(facts)) for slug, name, facts in found]


def _document(zone: ZoneFacts) -> dict[str, Any]:
    with scope(Plane.CITY, zone=zone, reason="demo city"):
        return published_document(zone).to_json()
