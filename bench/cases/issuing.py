"""An issue of beans to all members of a large union: approved by one person, written to the ledger and told by one worker.

Everything is real: PostgreSQL with fsync, Valkey, relay, worker, a process each. A spending rule is in force, so that every chunk
asks the register. From the approval until the issue is issued and everybody's inbox says so, by the database's clock.
"""

from datetime import timedelta
from uuid import UUID

from app.benefits.beans import issuing
from app.benefits.beans.issue_lines import choose_members
from app.benefits.beans.issue_states import APPROVE, SUBMIT
from app.benefits.beans.models import BeanIssue
from app.benefits.beans.tests.books import budget_with
from app.benefits.rules.tests.book import rule_in_force
from app.core.clock import today_in_china
from app.members.audience import Audience
from bench.harness.city import BenchCity
from bench.harness.machinery import machinery, used_seconds
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

MEMBERS, EACH, CAP_CENTS = 372_547, 10, 100_000_000


def run(_city: BenchCity, options: Options) -> list[Result]:
    seconds: list[float] = []
    used: dict[str, float] = {}
    with machinery() as house:
        with house.app.app_context():
            small, large = house.world.zone("small"), house.world.zone("large")
            for zone in (small, large):
                rule_in_force(zone.union_path, CAP_CENTS, category="festival")
        house.people(small, 100)
        house.people(large, MEMBERS)
        issue_beans(house, small, 100)  # the processes are up and have planned their statements
        for _ in range(options.rounds):
            before = used_seconds(house)
            seconds.append(issue_beans(house, large, MEMBERS))
            used = {name: value - before[name] for name, value in used_seconds(house).items()}
    cpu = "CPU: " + ", ".join(f"{name} {spent:.1f} s" for name, spent in used.items() if spent >= 0.05)
    return [Result(f"beans issued to {MEMBERS:,}", "s", seconds, AT_MOST, 30.0, cpu)]


def issue_beans(house: House, zone: ZoneFacts, members: int) -> float:
    """Issue to everybody and wait for the end; the seconds from the approval, by the database's clock."""
    issue_id, maker, checker = uuid7(), Actor(uuid7(), name="bench"), Actor(uuid7(), name="check")
    with house.app.app_context():
        with scope(Plane.WORKER, zone=zone):
            budget_id = budget_with(members * EACH).id
            db.session.commit()
        with scope(Plane.STAFF, zone=zone, actor=maker):
            day = today_in_china() + timedelta(days=90)
            issuing.draft_issue(maker, issue_id, budget_id=budget_id, category="festival", title="春节慰问", expires_on=day,
                                grace_days=30)  # fmt: skip
            choose_members(maker, issue_id, Audience(), EACH, seen="draft.1")
            issuing.take_step(maker, issue_id, SUBMIT, seen=_mark(zone, issue_id))
            db.session.commit()
        with scope(Plane.STAFF, zone=zone, actor=checker):
            issuing.take_step(checker, issue_id, APPROVE, seen=_mark(zone, issue_id))
            db.session.commit()
    state = "SELECT state FROM bean_issues WHERE id = %s"
    wait_until(lambda: house.scalar(state, issue_id) == "issued", "the issue is written")
    told = house.scalar("SELECT count(*) FROM notifications_messages WHERE zone_id = %s AND dedupe_key = %s", zone.id,
                        f"beans-arrived:{issue_id}")  # fmt: skip
    assert told == members, f"{told} of {members} were told"
    return house.scalar(
        "SELECT extract(epoch FROM issued_at - checked_at)::float FROM bean_issues WHERE id = %s", issue_id
    )


def _mark(zone: ZoneFacts, issue_id: UUID) -> str:
    return db.session.get_one(BeanIssue, (zone.id, issue_id)).mark
