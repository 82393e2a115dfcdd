"""Teams: founded, joined by a link, fixed by the first paper, ranked by the best results of their members."""

import time
from contextlib import closing
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.audit import AuditEntry
from app.core.constraints import violated
from app.core.errors import NotFound
from app.core.outbox import OutboxEvent
from app.core.sheets import SheetLimits, read_sheet
from app.members.audience.choice import Audience
from app.members.operations import end_membership
from app.modules.events.errors import NotInvited, NotOpen, NotReady
from app.modules.events.kinds.quiz import ranking, trying
from app.modules.events.kinds.quiz.handing_in import close_late
from app.modules.events.kinds.quiz.settings import rules_of
from app.modules.events.kinds.quiz.teams import forming, passing_on
from app.modules.events.kinds.quiz.teams.errors import BegunAlready, TeamIsFixed, TeamTooSmall
from app.modules.events.kinds.quiz.teams.models import QuizTeam, QuizTeamMember
from app.modules.events.kinds.quiz.teams.queries import list_people
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.queries import find_announced
from app.modules.events.states import SUBMIT
from app.modules.events.teams.errors import AlreadyInATeam, CaptainAlone, HeirGone, LinkNotGood, NameTaken, TeamIsFull
from app.modules.events.teams.links import code_of
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import post
from app.notifications.models import Message
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import Deed, at_once, one_in_the_other
from tests.fixtures.world import Person

HERE = "/events/quiz"


class Teams:
    """An open quiz with teams of two or three."""

    def __init__(self, school: School, clock, **other) -> None:
        settings = {"team_from": 2, "team_to": 3} | other.pop("settings", {})
        self.school, self.campaign_id = school, school.quiz(settings=settings, **other)
        clock.shift(SOON)

    def member(self) -> UUID:
        (person,) = self.school.fair.people(1)
        assert person.member_id
        return person.member_id

    def found(self, captain: UUID, name: str = "安全先锋队", team_id: UUID | None = None) -> QuizTeam:
        with self.school.fair.as_member(captain):
            team = forming.found(captain, team_id or uuid7(), self.campaign_id, team=name)
            db.session.commit()
            return team

    def code(self, team: QuizTeam) -> str:
        with self.school.fair.staff():
            return code_of(team.id)

    def join(self, team: QuizTeam, member_id: UUID, code: str | None = None) -> None:
        code = self.code(team) if code is None else code
        with self.school.fair.as_member(member_id):
            forming.join(member_id, team.id, code)
            db.session.commit()

    def leave(self, member_id: UUID) -> None:
        with self.school.fair.as_member(member_id):
            forming.leave(member_id, self.campaign_id)
            db.session.commit()

    def hand_over(self, captain: UUID, row: QuizTeamMember) -> None:
        with self.school.fair.as_member(captain):
            forming.hand_over(captain, row.id)
            db.session.commit()

    def put_out(self, captain: UUID, row: QuizTeamMember) -> None:
        with self.school.fair.as_member(captain):
            forming.put_out(captain, row.id)
            db.session.commit()

    def of(self, *members: UUID, name: str = "安全先锋队") -> QuizTeam:
        """A team of these; the first is its captain."""
        team = self.found(members[0], name)
        for each in members[1:]:
            self.join(team, each)
        return team

    def people(self, team: QuizTeam) -> list[QuizTeamMember]:
        with self.school.fair.staff():
            return list(list_people(team.id))

    def ranked(self) -> list[tuple[str, float, int]]:
        rules = rules_of(self.school.fair.campaign(self.campaign_id))
        with self.school.fair.as_member(uuid7()):
            rows = ranking.list_teams(self.campaign_id, rules)
            return [(row.name, float(row.points), row.people) for row in rows]

    def take(self, member_id: UUID, right: int = 5) -> None:
        self.school.take(self.campaign_id, member_id, right=right)


@pytest.fixture
def teams(school, clock) -> Teams:
    return Teams(school, clock)


# ── forming one ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_is_founded_once_and_joined_by_its_own_link_alone(teams):
    captain, person, team_id = teams.member(), teams.member(), uuid7()
    one = teams.found(captain, team_id=team_id)
    assert teams.found(captain, team_id=team_id).id == one.id
    two = teams.found(teams.member(), "红旗队")
    for code in ("", "x", teams.code(two)):
        with pytest.raises(LinkNotGood):
            teams.join(one, person, code)
    for _twice in range(2):
        teams.join(one, person)
    assert [(each.member_id, each.is_captain) for each in teams.people(one)] == [(captain, True), (person, False)]


def test_a_member_is_in_one_team_of_a_quiz(teams):
    captain, person = teams.member(), teams.member()
    one, two = teams.of(captain, person), teams.found(teams.member(), "红旗队")
    for do in (
        lambda: teams.join(two, person), lambda: teams.join(two, captain), lambda: teams.found(person, "三队"),
        lambda: teams.found(captain, "三队"),
    ):  # fmt: skip
        with pytest.raises(AlreadyInATeam):
            do()
    teams.leave(person)
    teams.join(two, person)
    assert len(teams.people(one)) == 1


def test_a_team_has_no_more_people_than_it_may_even_of_two_at_once(teams, app):
    team = teams.of(teams.member(), teams.member())
    code = teams.code(team)

    def join(member_id: UUID) -> None:
        forming.join(member_id, team.id, code)
        time.sleep(0.3)  # until the other has come as far

    def deed(member_id: UUID) -> Deed:
        actor = Actor(uuid7(), name="", member_id=member_id)
        return Scope(Plane.MEMBER, zone=teams.school.fair.zone, actor=actor), lambda: join(member_id)

    refusals = at_once(app, [deed(teams.member()), deed(teams.member())])
    assert [type(each) for each in refusals if each] == [TeamIsFull]
    assert len(teams.people(team)) == 3


def test_two_teams_are_not_called_the_same_unless_one_is_dissolved(teams):
    captain = teams.member()
    teams.found(captain)
    with pytest.raises(NameTaken):
        teams.found(teams.member())
    teams.leave(captain)
    assert teams.found(teams.member()).name == "安全先锋队"


def test_there_are_no_teams_where_the_quiz_says_none(school, opened):
    (person,) = school.fair.people(1)
    with school.fair.as_member(person.member_id), pytest.raises(NotFound):
        forming.found(person.member_id, uuid7(), opened, team="红旗队")
    page = school.fair.world.client(school.fair.zone, person).get(f"{HERE}/{opened}").text
    assert "组建参赛队" not in page


def test_teams_form_from_the_announcement_to_the_end(school, clock):
    teams = Teams(school, clock)
    clock.shift(-SOON / 2)
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    clock.shift(A_DAY + SOON)
    row = teams.people(team)[1]
    for do in (
        lambda: teams.found(teams.member(), "红旗队"), lambda: teams.join(team, teams.member()), lambda: teams.leave(person),
        lambda: teams.put_out(captain, row),
    ):  # fmt: skip
        with pytest.raises(NotOpen):
            do()


def test_whom_the_quiz_is_not_for_is_in_no_team(school, clock):
    teams = Teams(school, clock, audience=Audience(tags=("先进",)))
    with pytest.raises(NotInvited):
        teams.found(teams.member())


@pytest.mark.parametrize(("least", "most"), [(2, None), (None, 3), (1, 3), (4, 3)])
def test_the_size_of_teams_is_whole_before_it_is_reviewed(school, least, most):
    content = school.quiz_content({"team_from": least, "team_to": most})
    campaign_id = school.fair.drafted_campaign(content, "quiz")
    with pytest.raises(NotReady) as refusal:
        school.fair.step(campaign_id, SUBMIT)
    assert refusal.value.field == "team_from"


# ── fixed by the first paper ─────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_comes_or_goes_once_anybody_of_the_team_has_begun(teams):
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    teams.leave(person)
    teams.join(team, person)
    teams.school.begin(teams.campaign_id, person)
    row = teams.people(team)[1]
    for do in (
        lambda: teams.join(team, teams.member()),
        lambda: teams.leave(person),
        lambda: teams.put_out(captain, row),
    ):
        with pytest.raises(TeamIsFixed):
            do()
    assert len(teams.people(team)) == 2


def test_who_has_begun_founds_and_joins_none(teams):
    person, team = teams.member(), teams.found(teams.member())
    teams.school.begin(teams.campaign_id, person)
    for do in (lambda: teams.found(person, "红旗队"), lambda: teams.join(team, person)):
        with pytest.raises(BegunAlready):
            do()


def test_a_team_begins_once_it_has_as_many_as_it_needs(teams):
    captain, person, alone = teams.member(), teams.member(), teams.member()
    team = teams.found(captain)
    with pytest.raises(TeamTooSmall):
        teams.school.begin(teams.campaign_id, captain)
    teams.school.begin(teams.campaign_id, alone)
    teams.join(team, person)
    teams.leave(person)
    with pytest.raises(TeamTooSmall):
        teams.school.begin(teams.campaign_id, captain)
    teams.join(team, person)
    attempt_id = teams.school.begin(teams.campaign_id, captain)
    assert teams.school.begin(teams.campaign_id, captain) == attempt_id


def add_row(teams: Teams, team_id: UUID, member_id: UUID, *, is_captain: bool = False) -> str:
    """What the database calls it that it refuses, on the member's own plane."""
    row = QuizTeamMember(
        id=uuid7(),
        campaign_id=teams.campaign_id,
        team_id=team_id,
        member_id=member_id,
        name="某",
        is_captain=is_captain,
    )
    db.session.add(row)
    with pytest.raises(IntegrityError) as refusal:
        db.session.flush()
    return violated(refusal.value)


def test_the_database_keeps_who_has_begun_out_too(teams):
    person, team = teams.member(), teams.found(teams.member())
    teams.school.begin(teams.campaign_id, person)
    with teams.school.fair.as_member(person):
        assert add_row(teams, team.id, person) == "events_quiz_team_members_fixed"


@pytest.fixture
def deeds(teams) -> tuple[QuizTeam, Deed, Deed, list]:
    """A team of two, of whom one begins a paper, and one leaves; what became of the paper."""
    captain, person = teams.member(), teams.member()
    team, answers = teams.of(captain, person), []
    work = Scope(Plane.WORKER, zone=teams.school.fair.zone, actor=Actor(name="system"))
    here = Scope(Plane.MEMBER, zone=teams.school.fair.zone, actor=Actor(uuid7(), name="", member_id=person))
    begins = (work, lambda: answers.extend(trying._serve(teams.campaign_id, [captain])))
    return team, begins, (here, lambda: forming.leave(person, teams.campaign_id)), answers


def test_who_leaves_while_another_begins_comes_too_late(teams, app, deeds):
    team, begins, leaves, answers = deeds
    refusals = one_in_the_other(app, begins, leaves)
    assert [type(each) for each in refusals] == [type(None), TeamIsFixed]
    assert isinstance(answers[0], UUID)
    assert len(teams.people(team)) == 2


def test_who_begins_while_another_leaves_has_too_small_a_team(teams, app, deeds):
    team, begins, leaves, answers = deeds
    assert one_in_the_other(app, leaves, begins) == [None, None]
    assert answers == [trying.Refused.TEAM_SMALL]
    assert len(teams.people(team)) == 1


def test_a_captain_takes_others_out_and_leaves_last(teams):
    captain, person, third, stranger = (teams.member() for _each in range(4))
    team = teams.of(captain, person, third)
    teams.found(stranger, "红旗队")
    with pytest.raises(CaptainAlone):
        teams.leave(captain)
    own, row, last = teams.people(team)
    for who, whom in ((person, own), (person, last), (stranger, row), (captain, own)):
        with pytest.raises(NotFound):
            teams.put_out(who, whom)
    teams.put_out(captain, row)
    with pytest.raises(NotFound):
        teams.put_out(captain, row)
    teams.leave(third)
    with pytest.raises(NotFound):
        teams.leave(person)
    teams.leave(captain)
    with pytest.raises(LinkNotGood):
        teams.join(team, person)


def test_a_captain_hands_the_team_over_and_may_leave_it(teams):
    captain, person, third = teams.member(), teams.member(), teams.member()
    team = teams.of(captain, person, third)
    row = teams.people(team)[1]
    teams.hand_over(captain, row)
    assert [(each.member_id, each.is_captain) for each in teams.people(team)] == [
        (person, True), (captain, False), (third, False),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        teams.hand_over(captain, teams.people(team)[2])
    teams.leave(captain)
    teams.put_out(person, teams.people(team)[1])
    assert [each.member_id for each in teams.people(team)] == [person]
    with teams.school.fair.staff():
        done = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "events.quiz_team_hand_over")).one()
    assert done.detail["person"] == str(person)


def test_only_the_captain_hands_a_team_over_and_to_somebody_in_it(teams, clock):
    captain, person, stranger = teams.member(), teams.member(), teams.member()
    team = teams.of(captain, person)
    teams.of(stranger, teams.member(), name="红旗队")
    own, row = teams.people(team)
    for who, whom in ((person, row), (person, own), (stranger, row), (captain, own)):
        with pytest.raises(NotFound):
            teams.hand_over(who, whom)
    teams.leave(person)
    with pytest.raises(HeirGone):
        teams.hand_over(captain, row)
    clock.shift(2 * A_DAY)
    with pytest.raises(NotOpen):
        teams.hand_over(captain, row)
    assert [each.is_captain for each in teams.people(team)] == [True]


def test_the_database_hands_over_for_the_captain_alone(teams):
    captain, person, other = teams.member(), teams.member(), teams.member()
    team = teams.of(captain, person)
    elsewhere = teams.of(other, name="红旗队")
    rows = (person, teams.people(team)[1]), (captain, teams.people(elsewhere)[0])
    for who, heir in rows:
        with teams.school.fair.as_member(who), pytest.raises(IntegrityError) as refusal:
            db.session.execute(select(db.func.hand_quiz_captaincy(heir.id)))
        assert violated(refusal.value) == "events_quiz_team_members_own"


def test_the_database_lets_nobody_put_another_out_or_the_captain_leave_first(teams):
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    own, other = teams.people(team)
    leaving = update(QuizTeamMember).values(left_at=db.func.now())
    for who, row, fault in ((person, own, "own"), (captain, own, "captain")):
        with teams.school.fair.as_member(who), pytest.raises(IntegrityError) as refusal:
            db.session.execute(leaving.where(QuizTeamMember.id == row.id))
        assert violated(refusal.value) == f"events_quiz_team_members_{fault}"
    with teams.school.fair.as_member(captain), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(update(QuizTeamMember).where(QuizTeamMember.id == own.id).values(is_captain=False))
    with teams.school.fair.as_member(person):
        gone = db.session.execute(update(QuizTeam).where(QuizTeam.id == team.id).values(dissolved_at=db.func.now()))
        assert gone.rowcount == 0  # type: ignore[attr-defined]
    assert other.member_id == person


def test_the_database_takes_one_captain_who_founded_it(teams):
    team, person, fresh = teams.found(teams.member()), teams.member(), uuid7()
    with teams.school.fair.as_member(person):
        assert add_row(teams, team.id, person, is_captain=True) == "events_quiz_team_members_captain"
    with teams.school.fair.as_member(person):
        db.session.add(QuizTeam(id=fresh, campaign_id=teams.campaign_id, name="红旗队", most=3))
        db.session.flush()
        assert add_row(teams, fresh, person) == "events_quiz_team_members_captain"


def test_who_is_in_no_team_reads_nothing_of_its_people(teams):
    teams.of(teams.member(), teams.member())
    with teams.school.fair.as_member(teams.member()):
        assert db.session.scalars(select(QuizTeamMember)).all() == []


# ── the ranking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_is_ranked_by_the_mean_of_as_many_best_as_the_smallest_has(teams):
    """As many results for every team: who comes along beside the best two costs nothing."""
    three, two, alone = (
        [teams.member() for _ in range(3)],
        [teams.member() for _ in range(2)],
        [teams.member() for _ in range(2)],
    )
    teams.of(*three, name="三人队")
    teams.of(*two, name="二人队")
    teams.of(*alone, name="缺人队")
    for members, rights in ((three, (5, 3, 0)), (two, (4, 3)), (alone, (5,))):
        for member_id, right in zip(members, rights, strict=False):
            teams.take(member_id, right)
    assert teams.ranked() == [("三人队", 80, 3), ("二人队", 70, 2)]


def test_or_by_the_sum_of_the_best_of_all(school, clock):
    teams = Teams(school, clock, settings={"team_score": "sum"})
    three, two = [teams.member() for _ in range(3)], [teams.member() for _ in range(2)]
    teams.of(*three, name="三人队")
    teams.of(*two, name="二人队")
    for members, rights in ((three, (2, 2, 2)), (two, (3, 2))):
        for member_id, right in zip(members, rights, strict=True):
            teams.take(member_id, right)
    assert teams.ranked() == [("三人队", 120, 3), ("二人队", 100, 2)]


def test_of_equal_teams_the_quicker_is_before(teams, clock):
    slow, quick = [teams.member(), teams.member()], [teams.member(), teams.member()]
    teams.of(*slow, name="慢队")
    teams.of(*quick, name="快队")
    for members, seconds in ((slow, 60), (quick, 30)):
        for member_id in members:
            attempt_id = teams.school.begin(teams.campaign_id, member_id)
            clock.shift(SOON / 3600 * seconds)
            teams.school.hand_in(teams.campaign_id, member_id, attempt_id)
    assert [name for name, _points, _people in teams.ranked()] == ["快队", "慢队"]


def test_the_best_paper_of_each_counts_and_who_left_counts_for_nobody(teams):
    captain, person, gone = teams.member(), teams.member(), teams.member()
    team = teams.of(captain, person, gone)
    teams.leave(gone)
    teams.take(gone, 5)
    for right in (1, 4):
        teams.take(captain, right)
    teams.take(person, 2)
    assert teams.ranked() == [("安全先锋队", 60, 2)]
    assert len(teams.people(team)) == 2


def test_a_paper_left_open_counts_as_handed_in_with_nothing(teams, clock):
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    teams.school.begin(teams.campaign_id, captain)
    teams.take(person, 5)
    clock.shift(SOON)
    with teams.school.fair.work():
        close_late(find_announced(teams.campaign_id))
        db.session.commit()
    assert teams.ranked() == [(team.name, 50, 2)]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def clients(teams: Teams, *people: Person):
    return [teams.school.fair.world.client(teams.school.fair.zone, each) for each in people]


def test_a_team_forms_on_phones_without_any_script(teams):
    captain, person = teams.school.fair.people(2)
    one, two = clients(teams, captain, person)
    there = f"{HERE}/{teams.campaign_id}"
    assert "组建参赛队" in one.get(there).text
    answer = post(one, f"{there}/team", team="焊", _once=uuid7())
    assert answer.status_code == 422
    assert 'id="error-team"' in answer.text
    assert 'value="焊"' in answer.text
    assert post(one, f"{there}/team", team="安全先锋队", _once=uuid7()).status_code == 303
    with teams.school.fair.staff():
        team = db.session.scalars(select(QuizTeam)).one()
        link = f"{HERE}/teams/{team.id}/{code_of(team.id)}"
    page = one.get(there).text
    assert link in page
    assert "本队现有 1 人，至少需要 2 人" in page
    assert f'action="{there}/begin"' not in page
    assert "本队人数不足" in post(one, f"{there}/begin").text
    assert two.get(f"{HERE}/teams/{team.id}/x").status_code == 404
    assert "安全先锋队" in two.get(link).text
    assert post(two, f"{HERE}/teams/{team.id}/x").status_code == 404
    assert post(two, link).status_code == 303
    page = one.get(there).text
    assert person.name in page
    assert f'action="{there}/begin"' in page
    row = teams.people(team)[1]
    assert f"{HERE}/team-members/{row.id}/put-out" in page
    assert f"{HERE}/team-members/{row.id}/captain" in page
    assert "put-out" not in two.get(there).text
    own = teams.people(team)[0]
    assert post(one, f"{HERE}/team-members/{row.id}/captain").status_code == 303
    assert f"{HERE}/team-members/{own.id}/captain" in two.get(there).text
    assert "put-out" not in one.get(there).text
    assert post(two, f"{HERE}/team-members/{own.id}/captain").status_code == 303
    assert post(two, f"{there}/team/leave").status_code == 303
    assert "组建参赛队" in two.get(there).text
    assert post(two, link).status_code == 303
    (_captain, row) = teams.people(team)
    assert post(one, f"{HERE}/team-members/{row.id}/put-out").status_code == 303
    assert post(one, f"{there}/team/leave").status_code == 303
    assert "组建参赛队" in one.get(there).text


def test_the_ranking_of_teams_stands_on_pages_and_in_workbooks(teams):
    captain, person = teams.school.fair.people(2)
    assert captain.member_id
    assert person.member_id
    teams.of(captain.member_id, person.member_id)
    phone, world = clients(teams, captain)[0], teams.school.fair.world
    there = f"{HERE}/{teams.campaign_id}"
    assert "还没有参赛队达到参赛人数" in phone.get(f"{there}/ranking?of=teams").text
    teams.take(captain.member_id, 4)
    assert "满 2 人交卷后参加排名" in phone.get(there).text
    teams.take(person.member_id, 3)
    page = phone.get(f"{there}/ranking?of=teams").text
    assert "1. 安全先锋队" in page
    assert "70" in page
    assert person.name not in page.partition("<main")[2]
    assert "取成绩最好的 2 名队员的平均分" in page
    assert "取成绩最好的 2 名队员的平均分" in phone.get(f"/events/{teams.campaign_id}").text
    assert "of=teams" in phone.get(there).text
    desk = world.client(teams.school.fair.zone, world.staff(teams.school.fair.zone, "zone_admin"))
    page = desk.get(f"/console{HERE}/{teams.campaign_id}").text
    assert "安全先锋队" in page
    assert f"{captain.name}、{person.name}" in page
    for sheet_name, cells in (("teams", ("安全先锋队", "70", person.name)), ("results", ("安全先锋队", captain.name))):
        with closing(desk.get(f"/console{HERE}/{teams.campaign_id}/{sheet_name}.xlsx")) as answer:
            rows = str(list(read_sheet(BytesIO(answer.data), "sheet.xlsx", SheetLimits()).rows))
        assert all(cell in rows for cell in cells)
    reviewer = world.client(teams.school.fair.zone, world.staff(teams.school.fair.zone, "approver"))
    assert reviewer.get(f"/console{HERE}/{teams.campaign_id}/teams.xlsx").status_code == 404


def test_a_quiz_without_teams_has_no_ranking_of_them(school, opened):
    desk = school.fair.world.client(school.fair.zone, school.fair.world.staff(school.fair.zone, "zone_admin"))
    assert desk.get(f"/console{HERE}/{opened}/teams.xlsx").status_code == 404
    (person,) = school.fair.people(1)
    assert "of=teams" not in school.fair.world.client(school.fair.zone, person).get(f"{HERE}/{opened}/ranking").text


# ── a captain who leaves the unions ──────────────────────────────────────────────────────────────────────────────────


def leave_the_union(teams: Teams, *members: UUID) -> None:
    with teams.school.fair.staff():
        for each in members:
            end_membership(teams.school.fair.maker, each, "调离")
        db.session.commit()


def pass_on(teams: Teams) -> int:
    """Let the clock pass on all teams that are due; how many."""
    passed = 0
    with teams.school.fair.work():
        while passing_on.pass_on():
            db.session.commit()
            passed += 1
    return passed


def told_captains(teams: Teams) -> list[UUID]:
    with teams.school.fair.work():
        told = select(Message.member_id).where(Message.kind == "events.team_captain")
        return list(db.session.scalars(told.order_by(Message.id)))


def test_a_team_whose_captain_left_the_unions_passes_to_who_joined_next_and_is_still_here(teams):
    captain, gone, heir = (teams.member() for _each in range(3))
    team, other = teams.of(captain, gone, heir), teams.of(teams.member(), teams.member(), name="红旗队")
    before = teams.people(other)
    assert pass_on(teams) == 0
    leave_the_union(teams, captain, gone)
    assert pass_on(teams) == 1
    assert {each.member_id: each.is_captain for each in teams.people(team)} == {captain: False, gone: False, heir: True}
    assert [each.is_captain for each in teams.people(other)] == [each.is_captain for each in before]
    assert told_captains(teams) == [heir]
    teams.put_out(heir, next(each for each in teams.people(team) if each.member_id == captain))
    assert len(teams.people(team)) == 2


def test_a_team_that_everybody_left_the_unions_of_dissolves_until_its_first_paper(teams):
    alone, captain, person = (teams.member() for _each in range(3))
    empty, begun = teams.found(alone), teams.of(captain, person, name="红旗队")
    teams.take(person)
    leave_the_union(teams, alone, captain, person)
    assert pass_on(teams) == 1
    assert teams.people(empty) == []
    assert [each.is_captain for each in teams.people(begun)] == [True, False]
    assert teams.found(teams.member()).name == empty.name, "the name is free again"
    assert told_captains(teams) == []


def test_teams_pass_on_while_they_form(teams, clock):
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    leave_the_union(teams, captain)
    clock.shift(A_DAY)
    assert pass_on(teams) == 0
    assert [each.member_id for each in teams.people(team) if each.is_captain] == [captain]


def test_nobody_but_background_work_and_the_captain_makes_a_captain_in_the_tables(teams):
    captain, person = teams.member(), teams.member()
    teams.of(captain, person)
    for plane in (teams.school.fair.as_member(person), teams.school.fair.staff()):
        with plane, pytest.raises(ProgrammingError):
            db.session.execute(update(QuizTeamMember).values(is_captain=True))


def test_whoever_is_made_captain_is_told_each_time(teams):
    captain, person = teams.member(), teams.member()
    team = teams.of(captain, person)
    for holder, heir in ((captain, person), (person, captain), (captain, person)):
        teams.hand_over(holder, next(each for each in teams.people(team) if each.member_id == heir))
    with teams.school.fair.work():
        due = select(OutboxEvent.payload).where(OutboxEvent.kind == "notifications.notify")
        told = [each for each in db.session.scalars(due) if each["kind_key"] == "events.team_captain"]
    assert sorted(each["member_id"] for each in told) == sorted(str(each) for each in (captain, person, person))
    title = teams.school.fair.campaign(teams.campaign_id).title
    assert all(each["params"] == {"team": team.name, "title": title} for each in told)
