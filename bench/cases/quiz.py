"""Papers of one quiz handed in over HTTP, by 64 clients at once, relative to Flask's hello-world asked by the same client: each goes
through session, CSRF, deadline, scoring, ranking and audit, and is answered after its commit."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import time_machine
from sqlalchemy import func, select

from app.core.clock import now
from app.modules.events.kinds.quiz.models import Attempt, Score
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.tests.fair import SOON, Fair
from bench.harness.city import BenchCity
from bench.harness.crowd import CLIENTS, Crowd, make_crowd, meet
from bench.harness.load import Asked, Measured, measure_each, requests_of
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result, ratios
from bench.harness.servers import granian, served_hall
from tenants.context import Plane, scope
from tenants.database import db

PEOPLE = 1_000
"""Who hand in one paper each in each round."""
TICKED = "q0=0&q1=1&q1=3&q2=0&q3=2&q4=1"


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = city.world.zone("school", modules=("events",))
        school = School(Fair(zone, city.world))
        school.filled()
        crowd = make_crowd(city, zone, PEOPLE)
        before, *quizzes = (_quiz(school) for _ in range(1 + options.rounds))
    hellos, papers = list[Measured](), list[Measured]()
    with ExitStack() as servers:
        hello = servers.enter_context(granian("bench.apps:hello"))
        hall = servers.enter_context(served_hall(city.settings.as_environ()))
        meet(crowd, hall)
        measure_each(
            *_papers(city, school, crowd, hall, before), CLIENTS
        )  # a city in which papers were handed in before
        city.analyse()
        for campaign_id in quizzes:
            handed_in = _papers(city, school, crowd, hall, campaign_id)
            plain = Asked(hello, "localhost", cookies=crowd.cookies)
            hellos.append(measure_each(plain, requests_of(plain), CLIENTS))
            meet(crowd, hall)
            papers.append(measure_each(*handed_in, CLIENTS))
    with city.app.app_context(), scope(Plane.WORKER, zone=zone):
        for campaign_id in quizzes:
            _check(campaign_id)
    done, yardstick = [each.per_second for each in papers], [each.per_second for each in hellos]
    note = f"{sorted(done)[len(done) // 2]:,.0f}/s; each scored once"
    return [
        Result("Flask's hello-world beside papers, 64 clients", "1/s", yardstick),
        Result(f"{PEOPLE:,} papers handed in, hello = 1", "×", ratios(done, yardstick), goal=0.20, note=note),
        Result("a paper handed in, p99", "ms", [each.p99 for each in papers], AT_MOST, 60),
    ]


def _quiz(school: School) -> UUID:
    """A quiz that has just opened: announced an hour ago."""
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        return school.quiz(settings={"minutes": 180})


def _papers(city: BenchCity, school: School, crowd: Crowd, port: int, campaign_id: UUID) -> tuple[Asked, list[bytes]]:
    """Everybody's paper, begun and filled in, to be handed in."""
    begun = _begin(city, school, crowd, campaign_id)
    paths = [f"/events/quiz/{campaign_id}/papers/{attempt_id}" for attempt_id in begun]
    return crowd.forms(port, paths, [TICKED] * PEOPLE)


def _begin(city: BenchCity, school: School, crowd: Crowd, campaign_id: UUID) -> list[UUID]:
    """Everybody's paper, begun."""

    def begin(member_id: UUID) -> UUID:
        with city.app.app_context():
            return school.begin(campaign_id, member_id)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(begin, crowd.members))


def _check(campaign_id: UUID) -> None:
    """Raises `RuntimeError` unless everybody's paper was scored, and each stands in the ranking with what it got."""
    handed_in = select(func.count(), func.sum(Attempt.points)).where(
        Attempt.campaign_id == campaign_id, Attempt.handed_in_at.is_not(None), Attempt.answers != []
    )
    ranked = select(func.count(), func.sum(Score.points)).where(
        Score.campaign_id == campaign_id, Score.points.is_not(None)
    )
    papers, scores = db.session.execute(handed_in).one(), db.session.execute(ranked).one()
    if not papers == scores or papers[0] != PEOPLE:
        raise RuntimeError(f"{PEOPLE} handed in: {papers} scored, {scores} ranked")
