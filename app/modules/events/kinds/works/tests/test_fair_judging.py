"""Who judges sees nothing of the others before the campaign is closed, does not vote, may recuse themselves, and is told in time."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.constraints import violated
from app.core.errors import NotFound
from app.identity.queries import Colleague
from app.modules.events.judging import own
from app.modules.events.judging.errors import NamedByAnother, RecusedBefore
from app.modules.events.kinds.works import voting
from app.modules.events.kinds.works.errors import AlreadyVoted, JudgesByVote, NotJudgedNow
from app.modules.events.kinds.works.jury import appointing, duties, queries, recusing, scoring
from app.modules.events.kinds.works.jury.models import JuryMember, JuryRecusal, JurySheet
from app.modules.events.kinds.works.jury.progress import progress_of
from app.modules.events.kinds.works.models import Vote
from app.modules.events.kinds.works.tests.panel import BEST, HALF, NOTHING, Panel
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, post
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

DESK = "/console/events/works"


@pytest.fixture
def sitting(panel: Panel, clock):
    """A campaign while its jury sits, and works of both unions."""
    campaign_id = panel.judged()
    clock.shift(SOON)
    works = [panel.work_of(campaign_id, union, title) for union, title in ((panel.east, "东门"), (panel.west, "西楼"))]
    clock.shift(A_DAY)
    return campaign_id, works


def manager(panel: Panel, campaign_id) -> tuple[Actor, Person]:
    """Somebody who prepares campaigns and was named a judge by a colleague."""
    person = panel.fair.world.staff(panel.fair.zone, "zone_admin")
    actor = panel.actor(person)
    panel.appoint(campaign_id, actor)
    return actor, person


def recuse(panel: Panel, judge: Actor, work_id, reason: str = "师生") -> None:
    with panel.acting(judge):
        recusing.recuse(judge, work_id, reason=reason)
        db.session.commit()


def vote(panel: Panel, actor: Actor, campaign_id, work_id) -> None:
    """Vote as the account that somebody has, not as any that a member might."""
    assert actor.member_id
    campaign = panel.fair.campaign(campaign_id)
    with scope(Plane.MEMBER, zone=panel.fair.zone, actor=actor):
        voting.vote(actor.member_id, campaign, work_id)
        db.session.commit()


def messages(panel: Panel, judge: Actor) -> list[str]:
    with scope(Plane.WORKER, zone=panel.fair.zone):
        told = select(Message.kind).where(Message.member_id == judge.member_id, Message.kind.startswith("events.judge"))
        return list(db.session.scalars(told.order_by(Message.id)))


def tell(panel: Panel) -> None:
    with panel.fair.work():
        duties.tell_judges()
        db.session.commit()


def test_the_menu_counts_what_a_judge_can_write_now(panel, clock):
    """Neither before the jury sits, nor once it is over."""
    campaign_id = panel.judged()
    clock.shift(SOON)
    works = [panel.work_of(campaign_id, union) for union in (panel.east, panel.west)]
    judge = panel.judge(campaign_id)

    def owed() -> int:
        with panel.acting(judge):
            return own.count_own()

    assert owed() == 0
    clock.shift(A_DAY)
    assert owed() == 2
    panel.score(judge, works[0], *HALF)
    assert owed() == 1
    clock.shift(3 * A_DAY)
    assert owed() == 0


# ── blind ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_manages_and_judges_sees_the_pages_of_staff_without_scores_unions_and_authors(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    panel.score(panel.judge(campaign_id), work_id, *HALF)
    _actor, person = manager(panel, campaign_id)
    client, other = panel.fair.world.client(panel.fair.zone, person), desk(panel.fair)
    seen = other.get(f"{DESK}/{campaign_id}/jury").text
    assert "50.00" in seen
    assert panel.east.name in seen
    page = client.get(f"{DESK}/{campaign_id}/jury").text
    assert "您是本活动评委" in page
    assert "50.00" not in page
    assert panel.east.name not in page
    works = client.get(f"{DESK}/{campaign_id}?state=accepted").text
    assert "东门" in works
    assert panel.east.name not in works
    assert "works.xlsx" not in works
    assert client.get(f"{DESK}/{campaign_id}/works.xlsx").status_code == 403
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    client = panel.fair.world.client(panel.fair.zone, person)
    assert "50.00" in client.get(f"{DESK}/{campaign_id}/jury").text
    with client.get(f"{DESK}/{campaign_id}/works.xlsx") as answer:
        assert answer.status_code == 200


def test_the_database_shows_a_judge_no_sheet_and_no_recusal_of_others_before_the_end(panel, sitting, clock):
    campaign_id, (work_id, other_id) = sitting
    judge, (actor, _person) = panel.judge(campaign_id), manager(panel, campaign_id)
    panel.score(judge, work_id, *HALF)
    panel.score(actor, work_id, *BEST)
    recuse(panel, judge, other_id)

    def read() -> tuple[int, int]:
        with panel.acting(actor):
            return len(db.session.scalars(select(JurySheet)).all()), len(db.session.scalars(select(JuryRecusal)).all())

    assert read() == (1, 0)
    panel.dismiss(campaign_id, actor)
    assert read() == (1, 0)
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    assert read() == (2, 1)


def test_nobody_names_or_dismisses_themselves(panel, sitting):
    campaign_id, _works = sitting
    person = panel.fair.world.staff(panel.fair.zone, "zone_admin")
    actor = panel.actor(person)
    with panel.acting(actor), pytest.raises(NamedByAnother):
        appointing.appoint(actor, campaign_id, Colleague(person.account_id, person.name, None, actor.ties))
    client = panel.fair.world.client(panel.fair.zone, person)
    answer = post(client, f"{DESK}/{campaign_id}/jury/judges", account_id=person.account_id, judges="1")
    assert answer.status_code == 403
    assert "须由他人办理" in answer.text
    panel.appoint(campaign_id, actor)
    with panel.acting(actor), pytest.raises(NamedByAnother):
        appointing.dismiss(actor, campaign_id, person.account_id)


def test_the_database_lets_nobody_name_or_dismiss_themselves(panel, sitting):
    campaign_id, _works = sitting
    actor = panel.actor(panel.fair.world.staff(panel.fair.zone, "zone_admin"))
    own = JuryMember(id=uuid7(), campaign_id=campaign_id, account_id=actor.account_id, name="某", tied_paths=[],
                     appointed_by_name="某")  # fmt: skip
    with panel.acting(actor):
        db.session.add(own)
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
        assert violated(refusal.value) == "events_judges_by_another"
    panel.appoint(campaign_id, actor)
    with panel.acting(actor), pytest.raises(IntegrityError, match="by another"):
        db.session.execute(db.update(JuryMember).values(dismissed_at=db.func.now()))


# ── votes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_judge_does_not_vote_and_who_voted_does_not_judge(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id, panel.west)
    with pytest.raises(JudgesByVote):
        vote(panel, judge, campaign_id, work_id)
    voter = panel.actor(panel.author(panel.west))
    vote(panel, voter, campaign_id, work_id)
    with pytest.raises(AlreadyVoted):
        panel.appoint(campaign_id, voter)
    panel.dismiss(campaign_id, judge)
    vote(panel, judge, campaign_id, work_id)
    assert len(panel.votes()) == 2


def test_the_database_takes_no_vote_of_a_judge(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id, panel.west)
    with scope(Plane.MEMBER, zone=panel.fair.zone, actor=judge):
        db.session.add(
            Vote(campaign_id=campaign_id, work_id=work_id, member_id=judge.member_id, day=db.func.current_date())
        )
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
        assert violated(refusal.value) == "events_works_votes_judge"


# ── recusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_recused_judge_no_sheet_is_expected_and_the_mean_counts_the_others(panel, sitting, clock):
    campaign_id, (work_id, other_id) = sitting
    one, two = panel.judge(campaign_id), panel.judge(campaign_id)
    panel.score(one, work_id, *BEST)
    panel.score(two, work_id, *NOTHING)
    panel.score(two, other_id, *HALF)
    recuse(panel, two, work_id)
    with panel.fair.staff():
        progress = progress_of(campaign_id, queries.find_jury(campaign_id)[1])
        judges = {each.account_id: each.id for each in queries.list_judges(campaign_id)}
    assert progress.may == {judges[one.account_id]: 2, judges[two.account_id]: 1}
    assert (progress.did[judges[two.account_id]], progress.judges[work_id], progress.judges[other_id]) == (1, 1, 2)
    assert len(progress.counting[work_id]) == 1
    with panel.acting(two):
        mine = scoring.list_to_score(queries.find_judge(campaign_id, two.account_id))
    assert [each.id for each in mine] == [other_id]
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    assert panel.result()["东门"].jury_points == 100_000


def test_who_recused_themselves_scores_no_more_by_the_database_too(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    recuse(panel, judge, work_id)
    with pytest.raises(RecusedBefore):
        panel.score(judge, work_id, *BEST)
    with pytest.raises(RecusedBefore):
        recuse(panel, judge, work_id)


def test_a_recusal_is_a_judge_s_own_and_made_while_it_is_judged(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    judge, stranger = panel.judge(campaign_id), panel.actor(panel.fair.world.staff(panel.fair.zone, "judge"))
    with pytest.raises(NotFound):
        recuse(panel, stranger, work_id)
    with panel.fair.staff():
        (held,) = queries.list_judges(campaign_id)
        db.session.add(
            JuryRecusal(id=uuid7(), campaign_id=campaign_id, work_id=work_id, judge_id=held.id, reason="代办")
        )
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
    clock.shift(A_DAY)
    with pytest.raises(NotJudgedNow):
        recuse(panel, judge, work_id)


def test_a_judge_recuses_themselves_on_the_sheet_and_staff_read_why(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    client = panel.fair.world.client(panel.fair.zone, Person(None, judge.account_id, "", judge.name))
    there = f"{DESK}/judging/one/{work_id}"
    answer = post(client, f"{there}/recuse", because="")
    assert answer.status_code == 422
    assert 'id="error-because"' in answer.text
    assert post(client, f"{there}/recuse", because="作者是我的学生").status_code == 303
    assert client.get(there).status_code == 404
    assert "作者是我的学生" in client.get(f"{DESK}/judging/{campaign_id}").text
    page = desk(panel.fair).get(f"{DESK}/{campaign_id}/jury").text
    assert "作者是我的学生" in page
    assert f"{judge.name}已回避" in page


# ── what judges are told ─────────────────────────────────────────────────────────────────────────────────────────────


def test_judges_are_told_when_they_are_named_when_it_begins_and_a_day_before_its_end(panel, clock):
    campaign_id = panel.announced(settings=panel.jury() | {"judge_until": panel.jury()["judge_until"] + A_DAY / 2})
    clock.shift(SOON)
    work_id = panel.work_of(campaign_id, panel.east)
    owing, done = (panel.judge(campaign_id, panel.west) for _each in range(2))
    assert messages(panel, owing) == ["events.judge_named"]
    panel.appoint(campaign_id, owing)
    tell(panel)
    assert messages(panel, owing) == ["events.judge_named"]
    clock.shift(A_DAY)
    panel.fair.tick()
    for _twice in range(2):
        tell(panel)
    assert messages(panel, owing) == ["events.judge_named", "events.judge_begun"]
    panel.score(done, work_id, *BEST)
    clock.shift(A_DAY / 2 + SOON)
    for _twice in range(2):
        tell(panel)
    assert messages(panel, owing) == ["events.judge_named", "events.judge_begun", "events.judge_near"]
    assert messages(panel, done) == ["events.judge_named", "events.judge_begun"]


def test_the_menu_has_one_line_for_all_that_somebody_judges_with_how_much_waits(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    client = panel.fair.world.client(panel.fair.zone, Person(None, judge.account_id, "", judge.name))
    page = client.get("/console/events/judging/").text
    assert f"{DESK}/judging/{campaign_id}" in page
    assert "0 / 2" in page
    panel.score(judge, work_id, *BEST)
    page = client.get("/console/events/judging/").text
    assert "1 / 2" in page
    for former in ("works", "competition"):
        assert f'href="/console/events/{former}/judging/"' not in page
