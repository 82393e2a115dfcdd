"""The bank: written by hand or brought in as a sheet, which names what is wrong by line and cell; announced campaigns keep theirs."""

import io
from contextlib import closing

import pytest
from sqlalchemy.exc import ProgrammingError

from app.core.sheets import write_sheet
from app.modules.events.errors import NotReady
from app.modules.events.kinds.quiz.bank.sheets import EXAMPLES, HEADINGS, write_template
from app.modules.events.kinds.quiz.models import Item, ItemKey, Question
from app.modules.events.kinds.quiz.tests.school import LAW
from app.modules.events.states import SUBMIT
from tenants.database import db
from tests.fixtures.forms import csrf_token, send

BANK = "/console/events/quiz/questions/"
TYPED = {"kind": "single", "prompt": "几天年假？", "options": "五天\n十天\n十五天", "answer": "b", "category": LAW,
         "difficulty": "hard", "explanation": "见条例。"}  # fmt: skip


@pytest.fixture
def desk(school):
    return school.fair.world.client(school.fair.zone, school.fair.world.staff(school.fair.zone, "zone_admin"))


def in_bank(school, **facts) -> list[Question]:
    with school.fair.staff():
        return list(db.session.scalars(db.select(Question).filter_by(**facts)))


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data}, content_type="multipart/form-data")


def sheet(*rows, headings=HEADINGS) -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    write_sheet(target, headings, rows)
    target.seek(0)
    return target, "题库.xlsx"


def row(kind="单选", prompt="问", options=("甲", "乙"), answer="A", category=LAW, difficulty="易") -> tuple:
    return (kind, prompt, *options, *[""] * (6 - len(options)), answer, "", category, difficulty)


def test_a_question_is_written_changed_and_taken_out(school, desk):
    assert send(desk, f"{BANK}new", **TYPED).status_code == 303
    (found,) = in_bank(school, prompt="几天年假？")
    assert (found.options, found.right, found.difficulty) == (["五天", "十天", "十五天"], 0b010, "hard")
    assert send(desk, f"{BANK}{found.id}", answer="C").status_code == 303
    assert in_bank(school, id=found.id)[0].right == 0b100
    assert post(desk, f"{BANK}{found.id}/retire", _seen="2").status_code == 303
    assert "几天年假" not in desk.get(BANK).text


def test_two_people_at_one_question(school, desk):
    (found,) = in_bank(school, prompt=f"{LAW}第0题")
    assert post(desk, f"{BANK}{found.id}", **TYPED, _seen="1").status_code == 303
    answer = post(desk, f"{BANK}{found.id}", **(TYPED | {"prompt": "别的题"}), _seen="1")
    assert answer.status_code == 409
    assert "别的题" in answer.text
    assert "几天年假" in answer.text
    assert post(desk, f"{BANK}{found.id}/retire", _seen="1").status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("options", "五天", "请填写 2 到 8 个选项"), ("options", "五天\n五天", "有两个选项相同"), ("answer", "D", "请填写正确选项的字母"),
     ("answer", "AB", "单选题只有一个正确选项"), ("category", "", "请填写分类"), ("prompt", "", "请填写题目"),
     ("prompt", f"{LAW}第0题", "题库的这个分类中已有这道题")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(school, desk, field, value, words):
    answer = post(desk, f"{BANK}new", **(TYPED | {field: value}))
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert "见条例。" in answer.text
    assert in_bank(school, prompt="几天年假？") == []


def test_the_template_can_be_brought_in_as_it_is_and_twice_it_is_once(school, desk):
    template = io.BytesIO()
    write_template(template)
    for _time in range(2):
        template.seek(0)
        answer = post(desk, f"{BANK}import", file=(io.BytesIO(template.read()), "题库.xlsx"))
        assert answer.status_code == 303
    assert len(in_bank(school)) == 12 + len(EXAMPLES)
    with closing(desk.get(f"{BANK}template.xlsx")) as answer:
        assert answer.data[:2] == b"PK"


def test_a_wrong_row_is_named_by_line_and_cell_and_nothing_is_added(school, desk):
    wrong = sheet(row(prompt="好的"), row(answer="C"), row(kind="填空"), row(prompt=""), row(options=("甲", "", "丙")),
                  row(prompt="好的"), row(difficulty="极难", prompt="另"))  # fmt: skip
    answer = post(desk, f"{BANK}import", file=wrong)
    assert answer.status_code == 422
    for cell in ("I3", "A4", "B5", "D6", "B7", "L8"):
        assert f"<td>{cell}</td>" in answer.text or f">{cell}<" in answer.text, cell
    assert len(in_bank(school)) == 12


def test_a_file_that_is_no_bank_is_refused(school, desk):
    assert post(desk, f"{BANK}import", file=sheet(("甲", "乙"), headings=("姓名", "单位"))).status_code == 422
    assert post(desk, f"{BANK}import", file=(io.BytesIO(b"PK nonsense"), "a.xlsx")).status_code == 422
    assert post(desk, f"{BANK}import").status_code == 422


def test_what_was_announced_stays_whatever_the_bank_does(school, desk, opened):
    """Copied, and no plane may write the copy once it is announced."""
    with school.fair.staff():
        for each in db.session.scalars(db.select(Question)):
            each.right, each.prompt = 1, f"改{each.prompt}"
        db.session.commit()
    attempt_id = school.begin(opened, school.fair.members[0])
    school.hand_in(opened, school.fair.members[0], attempt_id)
    assert school.attempt(attempt_id).points == 100
    with school.fair.staff():
        assert not [each for each in db.session.scalars(db.select(Item.prompt)) if each.startswith("改")]


@pytest.mark.parametrize("table", [Item, ItemKey])
def test_no_question_is_added_to_an_announced_campaign(school, opened, table):
    with school.fair.staff():
        item_id = db.session.scalars(db.select(Item.id)).first()
        facts = {"campaign_id": opened, "zone_id": school.fair.zone.id}
        facts |= (
            {"kind": "single", "category": LAW, "prompt": "?", "options": ["a"]}
            if table is Item
            else {"id": item_id, "right": 1, "explanation": ""}
        )
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(db.insert(table), [facts])
        db.session.rollback()


def test_a_bank_with_too_few_questions_is_said_before_it_is_reviewed(school):
    content = school.quiz_content({"parts": f"{LAW} 7"})
    with pytest.raises(NotReady) as refusal:
        school.fair.step(school.fair.drafted_campaign(content, "quiz"), SUBMIT)
    assert "6" in str(refusal.value.message)


@pytest.mark.parametrize("parts", ["劳动法律", "劳动法律 0", "劳动法律 3\n劳动法律 2", "劳动法律 101", "劳动法律 x"])
def test_a_paper_that_can_t_be_drawn_is_refused_in_the_form(school, desk, parts):
    opens, closes = "2027-01-01T10:00", "2027-01-02T10:00"
    answer = post(desk, "/console/events/new/quiz", title="竞答", rules="规则", opens_at=opens, closes_at=closes,
                  audience="open", parts=parts, minutes="10", union_best="")  # fmt: skip
    assert answer.status_code == 422
    assert parts.split()[0] in answer.text
    good = post(desk, "/console/events/new/quiz", title="竞答", rules="规则", opens_at=opens, closes_at=closes,
                audience="open", parts="劳动法律 3", minutes="", union_best="")  # fmt: skip
    assert good.status_code == 303
    assert desk.get(f"{good.location}/edit").status_code == 200
