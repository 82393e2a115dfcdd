"""Teams: found, joined by a link, handed in by the captain, one entry and one place, a certificate for everybody in it."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.constraints import violated
from app.core.errors import NotFound
from app.core.outbox import OutboxEvent
from app.identity.queries import Colleague
from app.members.operations import end_membership
from app.modules.events.errors import NotOpen, NotReady
from app.modules.events.kinds.competition import appeals, judging, queries, registering
from app.modules.events.kinds.competition.errors import (
    AlreadyTakesPart,
    CaptainStays,
    JudgesThere,
    NameMissing,
    NotYourContestant,
    OnlyTheCaptain,
    RegistrationOver,
    TakesPartThemselves,
    TeamHandedIn,
    TeamsCompete,
    TeamTooSmall,
)
from app.modules.events.kinds.competition.models import Appeal, Certificate, Contestant, ScoreSheet
from app.modules.events.kinds.competition.teams import forming, passing_on
from app.modules.events.kinds.competition.teams.models import Team, TeamMember
from app.modules.events.kinds.competition.teams.queries import list_people
from app.modules.events.kinds.competition.tests.stage import CRITERIA, Stage
from app.modules.events.states import SUBMIT
from app.modules.events.teams.errors import AlreadyInATeam, CaptainAlone, HeirGone, LinkNotGood, NameTaken, TeamIsFull
from app.modules.events.teams.links import code_of
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import post
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

HERE = "/events/competition"


class Teams:
    """A competition of teams of two or three, open for registration."""

    def __init__(self, stage: Stage, clock, *criteria: str) -> None:
        self.stage, self.clock = stage, clock
        self.campaign_id = stage.announced(stage.settings(*(criteria or (CRITERIA,)), team_from=2, team_to=3))
        clock.shift(SOON)

    def person(self, union=None) -> Person:
        return self.stage.person(union or self.stage.east)

    def doing(self, person: Person):
        return self.stage.acting(self.stage.actor(person))

    def found(self, captain: Person, name: str = "焊花队", guest: str = "") -> Team:
        with self.doing(captain):
            team = forming.found(self.stage.actor(captain), uuid7(), self.campaign_id, team=name, name=guest)
            db.session.commit()
            return team

    def code(self, team: Team) -> str:
        with self.stage.fair.staff():
            return code_of(team.id)

    def join(self, team: Team, person: Person, *, code: str | None = None, guest: str = "") -> None:
        code = self.code(team) if code is None else code
        with self.doing(person):
            forming.join(self.stage.actor(person), team.id, code, name=guest)
            db.session.commit()

    def hand_in(self, captain: Person) -> Contestant:
        with self.doing(captain):
            contestant = forming.hand_in(self.stage.actor(captain), uuid7(), self.campaign_id)
            db.session.commit()
            return contestant

    def leave(self, person: Person) -> None:
        with self.doing(person):
            forming.leave(self.stage.actor(person), self.campaign_id)
            db.session.commit()

    def withdraw(self, person: Person) -> None:
        with self.doing(person):
            registering.withdraw(self.stage.actor(person), self.campaign_id)
            db.session.commit()

    def whole(self, *people: Person, name: str = "焊花队") -> Contestant:
        """A team of these that is handed in; the first is its captain."""
        team = self.found(people[0], name)
        for person in people[1:]:
            self.join(team, person)
        return self.hand_in(people[0])

    def people(self, team_id: UUID) -> list[TeamMember]:
        with self.stage.fair.staff():
            return list(list_people(team_id))

    def state(self) -> str:
        with self.stage.fair.staff():
            return db.session.scalars(select(Contestant.state).where(Contestant.campaign_id == self.campaign_id)).one()

    def begun(self, *judges) -> UUID:
        """The first round, open, after registration ended."""
        self.clock.shift(A_DAY)
        self.stage.fair.tick()
        first = self.stage.rounds(self.campaign_id)[0]
        if not judges:
            self.stage.judge(self.campaign_id, first.id)
        self.stage.step(first.id, "open")
        return first.id


@pytest.fixture
def teams(stage: Stage, clock) -> Teams:
    return Teams(stage, clock)


# ── forming one ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_is_one_contestant_with_its_name_and_everybody_in_it_has_entered(teams):
    people = [teams.person(), teams.person(teams.stage.west)]
    contestant = teams.whole(*people)
    again = teams.hand_in(people[0])
    assert (again.id, contestant.name, contestant.shown, contestant.state, contestant.number) == (contestant.id, "焊花队", "full", "registered", 1)  # fmt: skip
    assert teams.stage.fair.entrants(teams.campaign_id) == {each.member_id for each in people}
    for person in people:
        with teams.doing(person):
            own = queries.find_own(teams.campaign_id, teams.stage.actor(person))
            assert own
            assert own.team_id
            assert own.id == contestant.id
            assert len(list_people(own.team_id)) == 2


def test_a_team_is_joined_by_its_own_link_alone(teams):
    one, two = (teams.found(teams.person(), name) for name in ("焊花队", "弧光队"))
    for code in ("", "x", teams.code(two)):
        with pytest.raises(LinkNotGood):
            teams.join(one, teams.person(), code=code)
    person = teams.person()
    for _twice in range(2):
        teams.join(one, person)
    assert len(teams.people(one.id)) == 2


def test_somebody_is_in_one_team_of_a_competition(teams):
    captain, person = teams.person(), teams.person()
    one, two = teams.found(captain), teams.found(teams.person(), "弧光队")
    teams.join(one, person)
    for do in (
        lambda: teams.join(two, person), lambda: teams.join(two, captain), lambda: teams.found(person, "三队"),
        lambda: teams.found(captain, "三队"),
    ):  # fmt: skip
        with pytest.raises(AlreadyInATeam):
            do()
    teams.leave(person)
    teams.join(two, person)
    assert len(teams.people(two.id)) == 2


def test_a_member_is_in_one_team_whatever_account_they_come_by(teams):
    person = teams.person()
    one, two = teams.found(teams.person()), teams.found(teams.person(), "弧光队")
    teams.join(one, person)
    other = Person(person.member_id, teams.stage.guest().account_id, "", person.name)
    with teams.doing(other):
        db.session.add(TeamMember(id=uuid7(), campaign_id=teams.campaign_id, team_id=two.id, account_id=other.account_id, member_id=other.member_id,
                                  name="某", union_id=teams.stage.east.id, union_path=teams.stage.east.path, is_captain=False))  # fmt: skip
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
    assert violated(refusal.value) == "events_competition_team_members_member_once"


def test_a_team_has_no_more_people_than_it_may_and_is_handed_in_once_it_is_whole(teams):
    captain = teams.person()
    team = teams.found(captain)
    with pytest.raises(TeamTooSmall):
        teams.hand_in(captain)
    for _each in range(2):
        teams.join(team, teams.person())
    with pytest.raises(TeamIsFull):
        teams.join(team, teams.person())
    assert teams.hand_in(captain).state == "registered"


def test_the_database_takes_no_team_that_is_too_small_and_no_individual(teams):
    captain = teams.person()
    team = teams.found(captain)
    facts = {"campaign_id": teams.campaign_id, "account_id": captain.account_id, "member_id": captain.member_id, "name": "某",
             "union_id": teams.stage.east.id, "union_path": teams.stage.east.path}  # fmt: skip
    for team_id in (team.id, None):
        with teams.doing(captain):
            db.session.add(Contestant(id=uuid7(), team_id=team_id, **facts))
            with pytest.raises(IntegrityError) as refusal:
                db.session.flush()
        assert violated(refusal.value) == "events_competition_contestants_team"


def test_the_database_lets_in_nobody_who_is_not_the_captain_of_the_team(teams):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    with teams.doing(person):
        db.session.add(
            Contestant(
                id=uuid7(),
                campaign_id=teams.campaign_id,
                account_id=person.account_id,
                team_id=team.id,
                name="某",
                state="guest",
            )
        )
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
    assert violated(refusal.value) == "events_competition_contestants_team"
    with pytest.raises(NotFound):
        teams.hand_in(person)


def test_founded_by_the_same_form_again_it_is_one_team_and_after_that_is_dissolved_another(teams, stage):
    captain, once = teams.person(), uuid7()

    def found() -> Team:
        with teams.doing(captain):
            team = forming.found(stage.actor(captain), once, teams.campaign_id, team="焊花队")
            db.session.commit()
            return team

    first = found()
    assert found().id == first.id == once
    teams.leave(captain)
    again = found()
    assert again.id != first.id
    assert [each.is_captain for each in teams.people(again.id)] == [True]


def test_two_teams_are_not_called_the_same_unless_one_is_dissolved(teams):
    captain = teams.person()
    teams.found(captain)
    with pytest.raises(NameTaken):
        teams.found(teams.person())
    teams.leave(captain)
    assert teams.found(teams.person()).name == "焊花队"


def test_individuals_don_t_register_where_teams_compete_and_the_other_way_round(teams, stage):
    with pytest.raises(TeamsCompete):
        stage.register(teams.campaign_id, teams.person())
    alone = stage.announced(stage.settings(CRITERIA))
    captain = teams.person()
    with teams.doing(captain), pytest.raises(NotFound):
        forming.found(stage.actor(captain), uuid7(), alone, team="焊花队")


def test_teams_form_while_registration_is_open(teams, clock):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    clock.shift(A_DAY)
    guest = teams.stage.guest()
    for do in (
        lambda: teams.found(guest, "弧光队", guest="访客王"),
        lambda: teams.join(team, guest, guest="访客王"),
        lambda: teams.hand_in(captain),
    ):
        with pytest.raises(NotOpen):
            do()


@pytest.mark.parametrize(("least", "most"), [(2, None), (None, 3), (1, 3), (4, 3)])
def test_the_size_of_teams_is_whole_before_it_is_reviewed(stage, least, most):
    campaign_id = stage.drafted(stage.settings(CRITERIA, team_from=least, team_to=most))
    with pytest.raises(NotReady) as refusal:
        stage.fair.step(campaign_id, SUBMIT)
    assert refusal.value.field == "team_from"


def hand_over(teams, captain: Person, row: TeamMember) -> None:
    with teams.doing(captain):
        forming.hand_over(teams.stage.actor(captain), row.id)
        db.session.commit()


def test_a_captain_hands_the_team_over_until_it_was_handed_in(teams):
    captain, person, stranger = teams.person(), teams.person(teams.stage.west), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    teams.found(stranger, "红旗队")
    own, row = teams.people(team.id)
    for who, whom in ((person, row), (person, own), (captain, own), (stranger, row)):
        with pytest.raises(NotFound):
            hand_over(teams, who, whom)
    phone = teams.stage.fair.world.client(teams.stage.fair.zone, captain)
    path = f"{HERE}/team-members/{row.id}/captain"
    assert path in phone.get(f"{HERE}/{teams.campaign_id}").text
    assert post(phone, path).status_code == 303
    assert path not in phone.get(f"{HERE}/{teams.campaign_id}").text
    assert [(each.member_id, each.is_captain) for each in teams.people(team.id)] == [
        (person.member_id, True), (captain.member_id, False),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        teams.hand_in(captain)
    contestant = teams.hand_in(person)
    assert (contestant.member_id, contestant.union_path) == (person.member_id, teams.people(team.id)[0].union_path)
    row = teams.people(team.id)[1]
    with pytest.raises(CaptainStays):
        hand_over(teams, person, row)
    teams.withdraw(person)
    with pytest.raises(CaptainStays):
        hand_over(teams, person, row)


def test_a_team_is_handed_over_to_nobody_who_left_nor_once_registration_ended(teams, clock):
    captain, person, third = teams.person(), teams.person(), teams.person()
    team = teams.found(captain)
    for each in (person, third):
        teams.join(team, each)
    _own, gone, row = teams.people(team.id)
    teams.leave(person)
    with pytest.raises(HeirGone):
        hand_over(teams, captain, gone)
    clock.shift(2 * A_DAY)
    with pytest.raises(NotOpen):
        hand_over(teams, captain, row)


def test_the_database_hands_over_for_the_captain_alone(teams):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    row = teams.people(team.id)[1]
    with teams.doing(person), pytest.raises(IntegrityError) as refusal:
        db.session.execute(select(db.func.hand_competition_captaincy(row.id)))
    assert violated(refusal.value) == "events_competition_team_members_own"


def test_an_excluded_captain_hands_nothing_in(teams):
    captain, person = teams.person(), teams.person()
    contestant = teams.whole(captain, person)
    with teams.stage.fair.staff():
        registering.exclude(contestant.id, reason="冒名顶替")
        db.session.commit()
    phone = teams.stage.fair.world.client(teams.stage.fair.zone, captain)
    answer = post(phone, f"{HERE}/{teams.campaign_id}/team/hand-in", _once=uuid7())
    assert answer.status_code == 409
    assert "您已被取消参赛资格" in answer.text
    assert "冒名顶替" in answer.text
    assert teams.state() == "excluded"


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_joins_a_team_that_was_handed_in_until_its_captain_takes_it_back(teams):
    captain, person = teams.person(), teams.person()
    contestant = teams.whole(captain, person)
    with teams.stage.fair.staff():
        team = db.session.get_one(Team, (teams.stage.zone.id, contestant.team_id))
    with pytest.raises(TeamHandedIn):
        teams.join(team, teams.person())
    with pytest.raises(OnlyTheCaptain):
        teams.withdraw(person)
    teams.withdraw(captain)
    teams.join(team, teams.person())
    again = teams.hand_in(captain)
    assert (again.id, again.number, again.state) == (contestant.id, 1, "registered")


def test_who_leaves_a_whole_team_leaves_it_whole_and_a_small_one_takes_part_no_more(teams):
    captain, one, two = (teams.person() for _each in range(3))
    contestant = teams.whole(captain, one, two)
    teams.leave(one)
    assert teams.state() == "registered"
    teams.leave(two)
    assert teams.state() == "withdrawn"
    with scope(Plane.WORKER, zone=teams.stage.zone):
        pending = [
            each.payload["kind_key"] for each in db.session.scalars(select(OutboxEvent)) if "kind_key" in each.payload
        ]
    assert pending == ["events.competition_team_small"]
    with teams.stage.fair.staff():
        team = db.session.get_one(Team, (teams.stage.zone.id, contestant.team_id))
    teams.join(team, one)
    assert teams.hand_in(captain).state == "registered"


def test_a_captain_takes_others_out_and_leaves_last(teams):
    captain, person, stranger = (teams.person() for _each in range(3))
    team = teams.found(captain)
    teams.join(team, person)
    teams.found(stranger, "弧光队")
    with pytest.raises(CaptainAlone):
        teams.leave(captain)
    _captain, row = teams.people(team.id)
    for who in (person, stranger):
        with teams.doing(who), pytest.raises(NotFound):
            forming.put_out(teams.stage.actor(who), row.id)
    with teams.doing(captain):
        forming.put_out(teams.stage.actor(captain), row.id)
        db.session.commit()
    assert len(teams.people(team.id)) == 1
    teams.leave(captain)
    with pytest.raises(LinkNotGood):
        teams.join(team, person)


def test_the_database_lets_nobody_put_another_out_or_the_captain_leave_first(teams):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    own, other = teams.people(team.id)
    for who, row, fault in ((person, own, "own"), (captain, own, "captain")):
        with teams.doing(who), pytest.raises(IntegrityError) as refusal:
            db.session.execute(db.update(TeamMember).where(TeamMember.id == row.id).values(left_at=db.func.now()))
        assert violated(refusal.value) == f"events_competition_team_members_{fault}"
    with teams.doing(captain), pytest.raises(ProgrammingError, match="row-level security"):
        db.session.execute(db.update(TeamMember).where(TeamMember.id == other.id).values(name="改名"))
    with teams.doing(captain), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(db.update(TeamMember).where(TeamMember.id == own.id).values(is_captain=False))


def test_nobody_leaves_once_the_first_round_has_begun_by_the_database_too(teams):
    captain, one, two = (teams.person() for _each in range(3))
    teams.whole(captain, one, two)
    teams.begun()
    with pytest.raises(RegistrationOver):
        teams.leave(one)


def test_who_is_in_no_team_reads_nothing_of_its_people(teams):
    teams.found(teams.person())
    stranger = teams.person()
    with teams.doing(stranger):
        assert db.session.scalars(select(TeamMember)).all() == []


# ── guests ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_with_a_guest_may_come_to_the_last_round_once_all_are_members(teams, stage):
    captain, guest = teams.person(), stage.guest()
    team = teams.found(captain)
    with pytest.raises(NameMissing):
        teams.join(team, guest)
    teams.join(team, guest, guest="访客王")
    assert teams.hand_in(captain).state == "guest"
    with teams.doing(captain), pytest.raises(IntegrityError) as refusal:
        db.session.execute(db.update(Contestant).values(state="registered"))
    assert violated(refusal.value) == "events_competition_contestants_team"
    joined = Person(stage.person(stage.west).member_id, guest.account_id, guest.phone, guest.name)
    with teams.doing(joined):
        forming.become_member(stage.actor(joined), teams.campaign_id)
        db.session.commit()
    assert teams.state() == "registered"
    assert joined.member_id in stage.fair.entrants(teams.campaign_id)


def test_a_team_with_somebody_who_left_the_zone_s_unions_does_not_come_to_the_last_round(teams, stage):
    captain, person = teams.person(), teams.person()
    teams.whole(captain, person)
    with stage.fair.staff():
        end_membership(stage.fair.maker, person.member_id, "调离")
        db.session.commit()
    teams.clock.shift(A_DAY)
    stage.fair.tick()
    (last,) = stage.rounds(teams.campaign_id)
    stage.judge(teams.campaign_id, last.id)
    assert "不是本专区会员：1。" in stage.refused(last.id, "open")


# ── judges ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_judge_of_the_union_of_anybody_in_a_team_does_not_score_it(teams, stage):
    teams.whole(teams.person(stage.east), teams.person(stage.west))
    first = stage.rounds(teams.campaign_id)[0]
    east, west, other = (
        stage.judge(teams.campaign_id, first.id, union=union) for union in (stage.east, stage.west, None)
    )
    round_id = teams.begun(east, west, other)
    start = stage.starts(round_id)[1]
    for judge in (east, west):
        with pytest.raises(NotYourContestant):
            stage.score(judge, start, 900, 900)
        with stage.acting(judge, Plane.STAFF):
            held = queries.find_judge(round_id, judge.account_id)
            assert judging.list_to_score(held) == []
            db.session.add(ScoreSheet(id=uuid7(), campaign_id=teams.campaign_id, round_id=round_id, start_id=start.id, judge_id=held.id, tenths=[900, 900]))  # fmt: skip
            with pytest.raises(IntegrityError) as refusal:
                db.session.flush()
        assert violated(refusal.value) == "events_competition_sheets_untied"
    stage.score(other, start, 900, 900)
    stage.step(round_id, "close")


def test_who_judges_is_in_no_team_and_who_is_in_one_does_not_judge(teams, stage):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    first = stage.rounds(teams.campaign_id)[0]
    judge = stage.judge(teams.campaign_id, first.id, union=stage.west)
    assert judge.member_id
    with pytest.raises(JudgesThere):
        teams.join(team, Person(judge.member_id, judge.account_id, "", judge.name))
    teams.join(team, person)
    with stage.fair.staff(), pytest.raises(AlreadyTakesPart):
        judging.appoint(
            stage.fair.maker,
            teams.campaign_id,
            Colleague(person.account_id, "某", person.member_id, frozenset()),
            [first.id],
        )


def test_who_is_in_a_team_decides_nothing_in_the_competition_and_its_captain_alone_appeals(teams, stage):
    captain, person = teams.person(), teams.person()
    teams.whole(captain, person)
    first = stage.rounds(teams.campaign_id)[0]
    judge = stage.judge(teams.campaign_id, first.id)
    round_id = teams.begun(judge)
    start = stage.starts(round_id)[1]
    with stage.acting(stage.actor(person), Plane.STAFF), pytest.raises(TakesPartThemselves):
        registering.require_outsider(stage.actor(person), teams.campaign_id)
    stage.score(judge, start, 900, 900)
    stage.published(round_id)
    with pytest.raises(OnlyTheCaptain):
        stage.appeal(person, start)
    appeal_id = stage.appeal(captain, start)
    with stage.acting(stage.actor(person)):
        assert [each.id for each in appeals.list_own_appeals(start.contestant_id)] == [appeal_id]
        assert queries.list_own_sheets([start.id])[start.id]
    with stage.fair.staff(), pytest.raises(IntegrityError, match="not theirs to answer"):
        db.session.execute(db.update(Appeal).values(state="accepted", answer="同意", answered_by=person.account_id))


# ── certificates and pages ───────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_in_a_team_has_a_certificate_with_its_name_and_the_team_one_place(teams, stage, clock):
    people = [teams.person(), teams.person(stage.west)]
    teams.whole(*people)
    first = stage.rounds(teams.campaign_id)[0]
    judge = stage.judge(teams.campaign_id, first.id)
    round_id = teams.begun(judge)
    stage.scored(round_id, judge, n1=(900, 900))
    stage.published(round_id)
    clock.shift(A_DAY)
    stage.step(round_id, "conclude")
    with stage.fair.staff():
        certificates = db.session.scalars(select(Certificate).order_by(Certificate.serial)).all()
        assert [(each.team, each.award) for each in certificates] == [("焊花队", "first")] * 2
        assert len({each.serial for each in certificates}) == 2
        assert {row.name for row in queries.list_certificates(teams.campaign_id)} == {each.name for each in people}
    with scope(Plane.WORKER, zone=stage.zone):
        sent = select(Message.member_id).where(Message.kind == "events.competition_certificate")
        told = db.session.scalars(sent).all()
    assert set(told) == {each.member_id for each in people}
    for person in people:
        client = stage.world.client(stage.zone, person)
        assert "certificate.pdf" in client.get(f"{HERE}/{teams.campaign_id}").text
        answer = client.get(f"{HERE}/{teams.campaign_id}/certificate.pdf")
        assert answer.mimetype == "application/pdf"
    page = stage.world.client(stage.zone).get(f"{HERE}/rounds/{round_id}").text
    assert "1. 焊花队" in page


def test_two_teams_do_not_look_the_same_by_what_nobody_sees(teams, stage):
    there = f"{HERE}/{teams.campaign_id}/team"
    first, second = (stage.world.client(stage.zone, teams.person()) for _ in range(2))
    assert post(first, there, team="焊花A队", _once=uuid7()).status_code == 303
    answer = post(second, there, team="\u202e焊花\u200bＡ\u3000队", _once=uuid7())
    assert answer.status_code == 303
    with stage.fair.staff():
        assert set(db.session.scalars(select(Team.name))) == {"焊花A队", "焊花A 队"}
    third = stage.world.client(stage.zone, teams.person())
    assert post(third, there, team="焊花\u200bＡ队\u2060", _once=uuid7()).status_code == 409


def test_a_team_forms_on_phones_without_any_script(teams, stage):
    captain, person = teams.person(), teams.person()
    one, two = (stage.world.client(stage.zone, each) for each in (captain, person))
    there = f"{HERE}/{teams.campaign_id}"
    assert "组建参赛队" in one.get(there).text
    answer = post(one, f"{there}/team", team="焊", _once=uuid7())
    assert answer.status_code == 422
    assert 'id="error-team"' in answer.text
    assert post(one, f"{there}/team", team="焊花队", _once=uuid7()).status_code == 303
    with stage.fair.staff():
        team = db.session.scalars(select(Team)).one()
        link = f"{HERE}/teams/{team.id}/{code_of(team.id)}"
    assert link in one.get(there).text
    assert two.get(f"{HERE}/teams/{team.id}/x").status_code == 404
    assert "焊花队" in two.get(link).text
    assert post(two, link).status_code == 303
    assert captain.name in two.get(there).text
    page = one.get(there).text
    assert person.name in page
    assert f"{there}/team/hand-in" in page
    assert f"{there}/team/hand-in" not in two.get(there).text
    assert post(two, f"{there}/team/hand-in", _once=uuid7()).status_code == 404
    assert post(one, f"{there}/team/hand-in", _once=uuid7()).status_code == 303
    page = two.get(there).text
    assert "参赛号" in page
    assert "hall-count" not in page.partition("<main")[2], "red is for what is unread"
    listed = (
        stage.world.client(stage.zone, stage.world.staff(stage.zone))
        .get(f"/console{HERE}/{teams.campaign_id}/contestants")
        .text
    )
    assert "焊花队" in listed
    assert person.name in listed
    assert post(two, f"{there}/team/leave").status_code == 303
    assert teams.state() == "withdrawn"
    (row,) = teams.people(team.id)
    assert post(two, f"{HERE}/team-members/{row.id}/put-out").status_code == 404
    assert post(one, f"{there}/team/leave").status_code == 303
    assert "组建参赛队" in one.get(there).text


# ── a captain who leaves the unions ──────────────────────────────────────────────────────────────────────────────────


def leave_the_union(teams, *people: Person) -> None:
    with teams.stage.fair.staff():
        for each in people:
            assert each.member_id
            end_membership(teams.stage.fair.maker, each.member_id, "调离")
        db.session.commit()


def pass_on(teams) -> int:
    """Let the clock pass on all teams that are due; how many."""
    passed = 0
    with teams.stage.fair.work():
        while passing_on.pass_on():
            db.session.commit()
            passed += 1
    return passed


def test_a_team_whose_captain_left_the_unions_passes_to_who_joined_next_and_is_still_here(teams):
    captain, gone, heir = (teams.person() for _each in range(3))
    team = teams.found(captain)
    for each in (gone, heir):
        teams.join(team, each)
    assert pass_on(teams) == 0
    leave_the_union(teams, captain, gone)
    assert pass_on(teams) == 1
    assert [each.member_id for each in teams.people(team.id) if each.is_captain] == [heir.member_id]
    with teams.stage.fair.work():
        told = db.session.scalars(select(Message.member_id).where(Message.kind == "events.team_captain")).all()
    assert told == [heir.member_id]
    assert teams.hand_in(heir).member_id == heir.member_id


def test_a_team_that_was_handed_in_passes_on_with_its_registration_while_registration_is_open(teams):
    captain, heir, person = (teams.person() for _each in range(3))
    contestant = teams.whole(captain, heir, person)
    leave_the_union(teams, captain)
    assert pass_on(teams) == 1
    now_theirs = teams.stage.contestant(contestant)
    assert (now_theirs.account_id, now_theirs.member_id, now_theirs.number) == (heir.account_id, heir.member_id, contestant.number)  # fmt: skip
    gone = next(each for each in teams.people(contestant.team_id) if each.member_id == captain.member_id)
    with teams.doing(heir):
        forming.put_out(teams.stage.actor(heir), gone.id)
        db.session.commit()
    assert teams.state() == "registered"
    with pytest.raises(OnlyTheCaptain):
        teams.withdraw(person)
    leave_the_union(teams, heir)
    teams.clock.shift(A_DAY)
    teams.stage.fair.tick()
    assert pass_on(teams) == 0, "once registration is over it stays as it is"


def test_whoever_handed_another_team_in_before_does_not_get_a_second_registration(teams):
    captain, before, heir = (teams.person() for _each in range(3))
    teams.whole(before, other := teams.person(), name="弧光队")
    teams.leave(other)
    teams.leave(before)
    team = teams.found(captain)
    for each in (before, heir):
        teams.join(team, each)
    teams.hand_in(captain)
    leave_the_union(teams, captain)
    assert pass_on(teams) == 1
    assert [each.member_id for each in teams.people(team.id) if each.is_captain] == [heir.member_id]


def test_a_guest_in_a_team_becomes_its_captain_too(teams, stage):
    captain, guest = teams.person(), stage.guest()
    team = teams.found(captain)
    teams.join(team, guest, guest="访客王")
    leave_the_union(teams, captain)
    assert pass_on(teams) == 1
    assert [each.account_id for each in teams.people(team.id) if each.is_captain] == [guest.account_id]


def test_a_team_that_everybody_left_the_unions_of_dissolves_and_one_that_was_handed_in_stays_as_it_is(teams):
    alone, captain, person = (teams.person() for _each in range(3))
    empty = teams.found(alone)
    contestant = teams.whole(captain, person, name="弧光队")
    leave_the_union(teams, alone, captain, person)
    assert pass_on(teams) == 1
    assert teams.people(empty.id) == []
    assert [each.member_id for each in teams.people(contestant.team_id) if each.is_captain] == [captain.member_id]
    assert teams.found(teams.person()).name == empty.name, "the name is free again"


def test_whoever_a_team_is_handed_over_to_is_told(teams):
    captain, person = teams.person(), teams.person()
    team = teams.found(captain)
    teams.join(team, person)
    hand_over(teams, captain, teams.people(team.id)[1])
    with teams.stage.fair.work():
        due = select(OutboxEvent.payload).where(OutboxEvent.kind == "notifications.notify")
        told = [each for each in db.session.scalars(due) if each["kind_key"] == "events.team_captain"]
    assert [(each["member_id"], each["params"]["team"]) for each in told] == [(str(person.member_id), team.name)]
