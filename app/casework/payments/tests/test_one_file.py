"""The bank gets the batches of a day in one file and answers them in one sheet; who can't see a batch takes none of it."""

from contextlib import closing
from uuid import UUID

from app.casework.payments.tests.test_batches import cells
from app.casework.payments.tests.till import CARD, PATH
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def take_out(till, *batches: UUID, client=None, reason: str = ""):
    return till.post("batches/file", client, id=[str(each) for each in batches], take_out_reason=reason)


def answer(till, *rows: list[object]):
    return till.answer(None, list(rows))


def two_batches(till) -> tuple[list[UUID], list[UUID]]:
    cases = [till.told_and_granted("300"), till.told_and_granted("500")]
    return cases, [till.released(case_id) for case_id in cases]


def test_released_batches_go_to_the_bank_in_one_file_and_are_answered_in_one_sheet(till):
    cases, batches = two_batches(till)
    with closing(take_out(till, *batches)) as taken:
        assert taken.status_code == 200
        rows = cells(taken.data)
    numbers = [till.batch(each).number for each in sorted(batches)]
    assert [row[0] for row in rows] == [*numbers, ""]
    assert {row[4] for row in rows[:2]} == {CARD}
    assert float(rows[2][5]) == 800
    assert len(till.deeds("help.take_out_batch")) == 2, "each batch, and each case, has it in the trail"
    assert len(till.deeds("help.take_out_account")) == 2
    paid, refused = cases
    assert answer(till, till.row(paid), till.row(refused, "失败")).status_code == 302
    assert [till.order(each).state for each in cases] == ["paid", "failed"]
    assert len(till.deeds("help.note_return")) == 2
    assert answer(till, till.row(paid), till.row(refused, "失败")).status_code == 302
    assert len(till.deeds("help.note_return")) == 2, "the same sheet again changes nothing"
    assert till.books().agree


def test_a_file_that_was_taken_out_is_taken_again_only_for_a_reason(till):
    _cases, batches = two_batches(till)
    take_out(till, batches[0]).close()
    refused = take_out(till, *batches)
    assert refused.status_code == 422
    assert all(f'value="{each}" checked' in refused.text for each in batches), "the choice stays"
    with closing(take_out(till, *batches, reason="银行未收到文件")) as again:
        assert again.status_code == 200
    stated = [entry.detail.get("stated_reason", "") for entry in till.deeds("help.take_out_batch")]
    assert sorted(stated) == ["", "银行未收到文件", "银行未收到文件"]


def test_only_released_batches_that_wait_are_in_it(till):
    (case_id, _other), (answered, waiting) = two_batches(till)
    unreleased = till.batched(till.told_and_granted())
    assert take_out(till, unreleased, waiting).status_code == 409
    assert answer(till, till.row(case_id)).status_code == 302
    assert take_out(till, answered, waiting).status_code == 409
    assert take_out(till, uuid7()).status_code == 404
    assert take_out(till).status_code == 302
    assert till.deeds("help.take_out_batch") == []
    page = till.cashier.get(f"{PATH}/batches").text
    assert [f'value="{each}"' in page for each in (unreleased, answered, waiting)] == [False, False, True]


def test_a_sheet_with_one_wrong_row_notes_nothing_of_any_batch(till):
    cases, batches = two_batches(till)
    good, bad = till.row(cases[0]), till.row(cases[1])
    for wrong, said in (
        ([till.batch(batches[0]).number, *bad[1:]], "本批次没有单号为"),
        (["BF-20200101-AAAAAA", *bad[1:]], "没有编号为“BF-20200101-AAAAAA”的已放行批次"),
    ):
        refused = answer(till, good, wrong)
        assert refused.status_code == 422
        assert said in refused.text
        assert [till.order(each).state for each in cases] == ["batched", "batched"]
    assert answer(till, good, good).status_code == 422
    twice = answer(till, *[[*row[:-1], "BANK-A"] for row in (good, bad)])
    assert twice.status_code == 422
    assert "银行流水号“BANK-A”已用于拨付" in twice.text
    assert answer(till).status_code == 422, "a sheet without rows says nothing"
    empty = till.cashier.post(f"{PATH}/batches/return", data={"csrf_token": token(till.cashier, PATH)})
    assert empty.status_code == 422
