"""The demo city, built for real: the database decides whether it is there, the file only keeps its secrets."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.casework.handover.models import CaseHandover
from app.casework.models import Case
from app.casework.payments.models import PaymentBatch
from app.casework.public_notice.models import Notice
from app.core.audit import AuditEntry
from app.core.config import Settings
from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.demo.city import open_demo_city
from app.demo.personas import Persona
from app.factory import create_app
from app.identity.models import Account
from app.identity.operations import find_account_id
from app.identity.operations.passwords import verify_hash
from app.modules.events.models import Campaign
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.weeks.models import Week
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.news.models import SharedArticle
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.models import Zone

LEFT_OVER = {"base_domain": "elsewhere:1", "zones": [], "personas": {"city_admin": {"password": "left-over-secret"}}}


@pytest.fixture(scope="module")
def empty(settings: Settings) -> Iterator[Flask]:
    """An application over a database with nothing in it but its tables, beside the file of another one's demo city."""
    var = Path(tempfile.mkdtemp(prefix="hall-demo-"))
    (var / "demo.json").write_text(json.dumps(LEFT_OVER))
    servers = EmbeddedServers(var, fast=True)
    try:
        found = servers.start()
        ours = replace(settings, var=var, base_domain="localhost:8000").with_servers(
            database_url=found.database_url, database_owner_url=found.database_owner_url, redis_url=found.redis_url
        )
        app = create_app(ours)
        upgrade(found.database_owner_url, app.extensions["migration_folders"])
        yield app
        with app.app_context():
            db.engine.dispose()
    finally:
        servers.stop()
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="module")
def built(empty: Flask) -> dict[str, Persona]:
    return open_in(empty)


def open_in(app: Flask) -> dict[str, Persona]:
    with app.app_context():
        personas = open_demo_city()
    assert personas
    return {persona.key: persona for persona in personas}


def notes(app: Flask) -> dict:
    return json.loads((app.extensions["unionhall"].settings.var / "demo.json").read_text())


def opens(app: Flask, persona: Persona) -> bool:
    """Whether the password is the account's."""
    with app.app_context(), scope(Plane.IDENTITY):
        account_id = find_account_id(persona.phone)
        stored = db.session.scalar(select(Account.password_hash).where(Account.id == account_id))
        db.session.commit()
        return verify_hash(stored, persona.password)


def test_an_empty_database_gets_the_city_whatever_file_is_left_over(empty: Flask, built: dict[str, Persona]) -> None:
    roles = Counter(persona.role for persona in built.values())
    assert roles == {
        "city_admin": 1,
        "zone_admin": 5,
        "caseworker": 5,
        "approver": 5,
        "cashier": 5,
        "member": 5,
        "lawyer": 1,
        "clerk": 1,
    }
    assert all(opens(empty, persona) for persona in built.values())
    assert built["city_admin"].password == "left-over-secret"
    assert built["caseworker:xiashan"].start == "http://xiashan.localhost:8000/console/"
    assert notes(empty)["base_domain"] == "localhost:8000"
    assert {zone["slug"] for zone in notes(empty)["zones"]} == {"haicheng", "xiashan", "potou", "gangwu", "xinye"}
    assert all(persona.totp_secret or persona.role == "member" for persona in built.values())


def test_one_finds_a_living_city(empty: Flask, built: dict[str, Persona]) -> None:
    with empty.app_context():
        with scope(Plane.CITY, reason="test"):
            xiashan = db.session.scalars(select(Zone.id).where(Zone.slug == "xiashan")).one()
            zone = empty.extensions["unionhall"].registry.by_id(xiashan)
            db.session.commit()
        with scope(Plane.WORKER, zone=zone):
            states = db.session.scalars(select(Case.state)).all()
            told = db.session.scalar(
                select(func.count(Message.member_id.distinct())).where(Message.broadcast_id.is_not(None))
            )
            shared = db.session.scalar(select(func.count()).select_from(SharedArticle))
            of_the_city = db.session.scalars(select(SharedCampaign.title)).all()
            weeks = db.session.scalars(select(Week.state)).all()
            batches = db.session.scalars(select(PaymentBatch.state)).all()
            fees = dict(db.session.execute(select(FeeClaim.work, FeeClaim.state)).all())
            campaigns = [tuple(row) for row in db.session.execute(select(Campaign.kind, Campaign.state))]
            begun = [
                db.session.scalar(select(func.count()).select_from(one)) for one in (Notice, Hearing, CaseHandover)
            ]
            db.session.commit()
    assert Counter(states) == {
        "answered": 1, "approved": 3, "concluded": 1, "in_review": 1, "recommended": 2, "submitted": 2, "under_way": 1,
        "withdrawn": 1,
    }  # fmt: skip
    assert told == 60
    assert shared == 1
    assert sorted(of_the_city) == ["全市职工安全知识竞答", "劳模工匠事迹报告会"]
    assert weeks == ["announced"]
    assert sorted(batches) == ["made", "released"]
    assert begun == [1, 1, 1]
    assert sorted(campaigns) == [
        ("claim", "frozen"), ("claim", "frozen"), ("claim", "frozen"), ("claim", "submitted"), ("competition", "frozen"),
        ("competition", "frozen"), ("game", "frozen"), ("game", "frozen"), ("game", "frozen"), ("live", "frozen"), ("lottery", "frozen"),
        ("quiz", "frozen"), ("quiz", "frozen"),
        ("referral", "frozen"), ("signup", "frozen"), ("survey", "frozen"), ("works", "frozen"),
    ]  # fmt: skip
    assert fees == {"consultation": "approved", "first_instance": "claimed"}


def test_another_start_changes_nothing_but_addresses(empty: Flask, built: dict[str, Persona]) -> None:
    count = select(func.count()).select_from(AuditEntry)

    def audited() -> int | None:
        with empty.app_context(), scope(Plane.CITY, reason="test"):
            found = db.session.scalar(count)
            db.session.commit()
            return found

    before = audited()
    moved = create_app(replace(empty.extensions["unionhall"].settings, base_domain="hall.example:9000"))
    again = open_in(moved)
    assert audited() == before
    assert notes(empty)["base_domain"] == "hall.example:9000"
    assert again["member:xiashan"].start == "http://xiashan.hall.example:9000/"
    assert {key: replace(each, start="") for key, each in again.items()} == {
        key: replace(each, start="") for key, each in built.items()
    }
    with moved.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"personas": []}'], ids=["lost", "cut off", "a list", "odd"])
def test_without_the_file_everybody_gets_new_secrets_that_hold(
    empty: Flask, built: dict[str, Persona], text: str
) -> None:
    path = empty.extensions["unionhall"].settings.var / "demo.json"
    path.write_text(text) if text else path.unlink()
    anew = open_in(empty)
    assert anew["city_admin"].password != built["city_admin"].password
    assert opens(empty, anew["city_admin"])
    assert opens(empty, anew["member:xinye"])


def test_a_city_of_its_own_is_left_alone(world, settings: Settings) -> None:
    assert open_demo_city() is None
    assert not (settings.var / "demo.json").exists()
