"""Claims and redemptions of a crowd, and everything under them killed again and again: what was acknowledged is there, nothing twice."""

import json
import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from app.benefits.checks import LEDGERS
from app.benefits.rules.models import BenefitGift
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherClerk, VoucherEvent
from app.core.clock import now
from app.modules.events.models import Entry
from app.modules.events.tests.fair import SOON, Fair
from tenants.context import Plane, scope
from tenants.database import db
from tests.kill.house import House
from tests.kill.web import PAUSE, Answer, Phone

pytestmark = pytest.mark.kill
PEOPLE, STOCK = 160, 120
CLERKS = 4
"""In each of two shops."""
PRESSES_AT_ONCE = 24
VALUE_CENTS = 20_000
SHOPS = ("人民路店", "海滨店")
"""As `Market` names them."""
WEBS = ("web-1", "web-2")
LOCKED, UNLOCKED = "FOR NO KEY UPDATE;", "; PERFORM pg_sleep(1);"


@dataclass
class Crowd:
    """A campaign, who presses its button, and the clerks of the two shops that take its vouchers."""

    fair: Fair
    campaign_id: UUID
    batch_id: UUID
    members: list[Phone]
    clerks: list[list[Phone]]

    def phones(self) -> list[Phone]:
        return [*self.members, *chain.from_iterable(self.clerks)]


@dataclass
class Told:
    """What people were told, by whom it was told to."""

    got: set[UUID] = field(default_factory=set)
    nothing_left: set[UUID] = field(default_factory=set)
    redeemed: dict[UUID, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The numbers of the shops in which a member's voucher was said to be redeemed."""
    used_before: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The pages on which the other shop was told that it was used."""
    lock: threading.Lock = field(default_factory=threading.Lock)


def test_whatever_is_killed_each_acknowledged_claim_is_there_and_none_twice(house: House) -> None:
    crowd = _gather(house)
    told, died = _rush(house, crowd, times=2)
    report = _report(crowd, told)
    sys.stdout.write(json.dumps(report | {"died": died}, ensure_ascii=False, indent=1))
    assert report["faults"] == {}
    assert report["unanswered"] > 0, "nobody's press was ever lost: the test proved nothing"
    assert died == dict.fromkeys(("web-1", "web-2", "worker", "relay", "valkey", "postgres"), 2)


def test_without_the_batch_s_lock_more_are_given_than_there_are(house: House) -> None:
    """The negative control: the same run where two processes give of one batch at the same time."""
    crowd = _gather(house)
    with _broken_lock(house):
        told, _died = _rush(house, crowd, times=1)
        report = _report(crowd, told)
    assert "oversold" in report["faults"]


def _gather(house: House) -> Crowd:
    ports = [house.start_web(name) for name in WEBS]
    house.ensure("relay", "relay")
    house.ensure("worker", "worker")
    with house.app.app_context():
        world, zone = house.world, house.world.zone(modules=("events",))
        fair = Fair(zone, world)
        with time_machine.travel(now() - SOON - timedelta(minutes=1)):
            batch_id = fair.approved(stock=STOCK, value_cents=VALUE_CENTS)
            campaign_id = fair.announced(batch_id=batch_id)
        members = [Phone(world, zone, world.member(zone), ports) for _ in range(PEOPLE)]
        clerks = [[Phone(world, zone, world.staff(zone, "clerk"), ports) for _ in range(CLERKS)] for _ in fair.shops]
        with fair.staff():
            for shop_id, phones in zip(fair.shops, clerks, strict=True):
                for phone in phones:
                    account_id = phone.person.account_id
                    db.session.add(
                        VoucherClerk(shop_id=shop_id, account_id=account_id, name="店员", given_by_name="测试")
                    )
            db.session.commit()
    for port in ports:  # both serve
        with house.app.app_context():
            Phone(world, zone, world.member(zone), [port]).ask("/")
    crowd = Crowd(fair, campaign_id, batch_id, members, clerks)
    for phone in crowd.phones():
        phone.unanswered = 0
    return crowd


def _rush(house: House, crowd: Crowd, times: int) -> tuple[Told, Counter[str]]:
    """Everybody comes, a group before each death, claims, and goes to two shops at once; each thing dies so many times."""
    told, deaths = Told(), _deaths(house) * times
    with ThreadPoolExecutor(PRESSES_AT_ONCE) as pool:
        coming: list[Future[None]] = []
        for number, (_name, death) in enumerate(deaths):
            coming += [pool.submit(_come, crowd, told, phone) for phone in crowd.members[number :: len(deaths)]]
            time.sleep(random.uniform(0.0, 0.3))
            death()
        for each in coming:
            each.result()
    return told, Counter(name for name, _death in deaths)


def _deaths(house: House) -> list[tuple[str, Callable[[], object]]]:
    """One death after the other."""
    assert house.servers.valkey
    assert house.servers.postgres
    servers = {"valkey": house.servers.valkey, "postgres": house.servers.postgres}

    def again(name: str) -> Callable[[], object]:
        if name in servers:
            return lambda: (servers[name].kill(), servers[name].start())
        if name in WEBS:
            return lambda: (house.kill(name), house.start_web(name))
        return lambda: (house.kill(name), house.start(name, name))

    return [(name, again(name)) for name in ("web-1", "postgres", "web-2", "valkey", "worker", "relay")]


def _come(crowd: Crowd, told: Told, phone: Phone) -> None:
    member_id = phone.person.member_id
    assert member_id
    claim = f"/events/claim/{crowd.campaign_id}"
    while (answer := phone.ask(claim, press="1")).location.endswith("/crowded"):
        time.sleep(PAUSE)
    assert answer.status == 303, (answer.status, answer.text)
    if answer.location.endswith("/all-taken"):
        told.nothing_left.add(member_id)
        return
    assert answer.location == claim
    told.got.add(member_id)
    shown = [_look(crowd, phone, member_id, shop) for shop in range(len(crowd.clerks))]
    with ThreadPoolExecutor(len(shown)) as counters:
        for done in [counters.submit(_redeem, told, member_id, shop, *each) for shop, each in enumerate(shown)]:
            done.result()


def _look(crowd: Crowd, phone: Phone, member_id: UUID, shop: int) -> tuple[Phone, str]:
    """The member shows the code and a clerk reads it: who, and what the page holds that is to be confirmed."""
    clerk = crowd.clerks[shop][member_id.int % CLERKS]
    voucher = _found(r'href="(/me/benefits/vouchers/[0-9a-f-]{36})"', phone.ask("/me/benefits/vouchers").text)
    page = _check(crowd, phone, voucher, clerk, shop)
    while page.status == 422:  # the code was too old before a process that had died was back
        page = _check(crowd, phone, voucher, clerk, shop)
    return clerk, _found(r'name="shown" value="([^"]*)"', page.text)


def _check(crowd: Crowd, phone: Phone, voucher: str, clerk: Phone, shop: int) -> Answer:
    code = _found(r'hall-qr__code">([^<]+)<', phone.ask(voucher).text)
    return clerk.ask(f"/console/benefits/redeem/check?{urlencode({'shop': crowd.fair.shops[shop], 'code': code})}")


def _redeem(told: Told, member_id: UUID, shop: int, clerk: Phone, shown: str) -> None:
    answer = clerk.ask("/console/benefits/redeem/", shown=shown)
    with told.lock:
        if answer.status == 303:
            told.redeemed[member_id].append(shop)
        else:
            told.used_before[member_id].append(unescape(answer.text))


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, (pattern, page)
    return unescape(found[1])


def _report(crowd: Crowd, told: Told) -> dict[str, Any]:
    """What was told beside what there is; `faults` are empty where both are the same."""
    zone = crowd.fair.zone
    with crowd.fair.world.app.app_context(), scope(Plane.WORKER, zone=zone):
        vouchers = list(db.session.scalars(select(Voucher).where(Voucher.batch_id == crowd.batch_id)))
        batch = db.session.get_one(VoucherBatch, (zone.id, crowd.batch_id))
        entries = set(db.session.scalars(select(Entry.member_id).where(Entry.campaign_id == crowd.campaign_id)))
        counted = db.session.scalar(select(func.sum(BenefitGift.value_cents))) or 0
        redemptions = Counter(db.session.scalars(select(VoucherEvent.member_id).where(VoucherEvent.action == "redeem")))
        faults: dict[str, Any] = {"ledger": LEDGERS["vouchers"]()}
    held = Counter(each.member_id for each in vouchers)
    shops = {each.member_id: crowd.fair.shops.index(each.shop_id) for each in vouchers if each.shop_id}
    faults |= {
        "oversold": max(0, len(vouchers) - STOCK),
        "left over": max(0, STOCK - len(vouchers)),
        "acknowledged and lost": len(told.got - held.keys()),
        "refused and given": len(told.nothing_left & held.keys()),
        "given twice": sum(number > 1 for number in held.values()),
        "entries": len(entries ^ held.keys()),
        "stock": abs(batch.taken - len(vouchers)),
        "register of gifts": abs(counted - VALUE_CENTS * len(vouchers)),
        "redeemed twice, or never": sum(len(told.redeemed[each]) != 1 for each in told.got),
        "redeemed elsewhere than told": sum([shops.get(each)] != told.redeemed[each] for each in told.got),
        "redeemed twice in the book": sum(redemptions[each] != 1 for each in told.got),
        "not told where": sum(not _says_where(told.used_before[each], shops.get(each)) for each in told.got),
    }  # fmt: skip
    return {
        "people": len(crowd.members), "stock": STOCK, "acknowledged": len(told.got), "refused": len(told.nothing_left),
        "redeemed": sum(map(len, told.redeemed.values())), "told that it was used": sum(map(len, told.used_before.values())),
        "unanswered": sum(phone.unanswered for phone in crowd.phones()), "faults": {name: found for name, found in faults.items() if found},
    }  # fmt: skip


def _says_where(pages: list[str], shop: int | None) -> bool:
    """Whether the one page that refused says in which shop it was used, and on which day."""
    return (
        len(pages) == 1 and shop is not None and bool(re.search(rf"\d{{4}}.{{0,40}}{SHOPS[shop]}", pages[0], re.DOTALL))
    )


@contextmanager
def _broken_lock(house: House) -> Iterator[None]:
    """Let a batch be given of by two at once, and nothing else say no: neither the lock nor the check of its stock."""
    with house.owner() as owner:
        whole = owner.execute("SELECT pg_get_functiondef('give_vouchers'::regproc)").fetchone()
        assert whole
        assert LOCKED in whole[0]
        owner.execute(whole[0].replace(LOCKED, UNLOCKED))
        owner.execute("ALTER TABLE voucher_batches DROP CONSTRAINT voucher_batches_stock")
    try:
        yield
    finally:
        with house.owner() as owner:
            owner.execute(whole[0])
            check = "ALTER TABLE voucher_batches ADD CONSTRAINT voucher_batches_stock CHECK (taken BETWEEN 0 AND stock)"
            owner.execute(f"{check} NOT VALID")
