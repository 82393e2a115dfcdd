"""Whom one can sign in as in the demo city. Their secrets are kept in `<var>/demo.json`; all else follows from the city."""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyotp

from app.core.files_on_disk import write_privately
from app.demo.content import CASES_ZONE, CITY, LAWYER_NAME, ZONES, DemoZone
from app.demo.people import InventedPerson, invented_people

CITY_ADMIN, LAWYER, CLERK = "city_admin", "lawyer", "clerk"
CLERK_NAME = "甜禾烘焙核销员"
FIRST_STAFF = 9000
STAFF = (
    ("zone_admin", "管理员", 1),
    ("caseworker", "帮扶专员", 11),
    ("approver", "分管副主席", 21),
    ("cashier", "出纳", 31),
)  # role, what follows the zone's name, first phone


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as; `start` is where to begin. `key` is a role and, after a colon, a zone of the demo."""

    key: str
    name: str
    phone: str
    password: str = ""
    totp_secret: str = ""
    start: str = ""

    @property
    def role(self) -> str:
        return self.key.partition(":")[0]

    @property
    def zone_slug(self) -> str:
        return self.key.partition(":")[2]

    @property
    def is_staff(self) -> bool:
        return self.role != "member"


def demo_people() -> dict[str, list[InventedPerson]]:
    """The invented members of each zone, by its slug."""
    people = invented_people()
    return {demo.slug: list(islice(people, demo.members)) for demo in (CITY, *ZONES)}


def list_personas() -> Iterator[Persona]:
    """Everybody, without secrets and addresses."""
    people = demo_people()
    yield Persona(CITY_ADMIN, "市总管理员", _staff_phone(0))
    for place, demo in enumerate((CITY, *ZONES)):
        for role, title, first in STAFF:
            yield Persona(f"{role}:{demo.slug}", f"{demo.name}{title}", _staff_phone(first + place))
        member = people[demo.slug][0]
        yield Persona(f"member:{demo.slug}", member.name, member.phone)
    yield Persona(f"{LAWYER}:{CASES_ZONE}", LAWYER_NAME, lawyer_phone())
    yield Persona(f"{CLERK}:{CASES_ZONE}", CLERK_NAME, _staff_phone(51))


def demo_zone(slug: str) -> DemoZone:
    return next(demo for demo in (CITY, *ZONES) if demo.slug == slug)


def lawyer_phone() -> str:
    return _staff_phone(41)


def _staff_phone(number: int) -> str:
    return f"+861660000{FIRST_STAFF + number}"


def notes_file(var: Path) -> Path:
    return var / "demo.json"


def with_secrets(personas: Iterable[Persona], var: Path) -> list[Persona]:
    """Everybody with the password and second factor kept in `demo.json`, or with new ones."""
    try:
        kept = json.loads(notes_file(var).read_text())["personas"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        kept = {}
    if not isinstance(kept, dict):
        kept = {}
    return [_with_secrets(persona, kept) for persona in personas]


def _with_secrets(persona: Persona, kept: dict[str, dict[str, str]]) -> Persona:
    known = kept.get(persona.key, {})
    return replace(
        persona,
        password=known.get("password") or secrets.token_urlsafe(9),
        totp_secret=(known.get("totp_secret") or pyotp.random_base32()) if persona.is_staff else "",
    )


def write_notes(var: Path, base_domain: str, zones: list[dict[str, object]], personas: Iterable[Persona]) -> None:
    """Note zones and personas for people and tests, for this user only; complete or as it was."""
    facts = {
        "base_domain": base_domain,
        "zones": zones,
        "personas": {
            each.key: {"name": each.name, "phone": each.phone, "password": each.password,
                       "totp_secret": each.totp_secret, "start": each.start}
            for each in personas
        },
    }  # fmt: skip
    write_privately(notes_file(var), json.dumps(facts, ensure_ascii=False, indent=2))
