"""Aid that is granted, refused or over is told in a letter."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.casework.issuing.models import CaseLetter
from app.core.files import read_file
from app.core.jobs.inline import run_due_events
from tenants.context import Plane, scope
from tenants.database import db


def letters(desk, case_id) -> list[str]:
    """The words of the Chinese letters of a case, the oldest first."""
    run_due_events()
    with scope(Plane.WORKER, zone=desk.zone):
        rows = db.session.scalars(select(CaseLetter).where(CaseLetter.case_id == case_id).order_by(CaseLetter.id)).all()
        assert {row.locale for row in rows} in (set(), {"zh_CN", "en"})
        return [_words(read_file(row.file_id)[1]) for row in rows if row.locale == "zh_CN"]


def _words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


@pytest.mark.parametrize(("amount", "said"), [("23,600.50", "人民币贰万叁仟陆佰元伍角"), ("", "款项：无。")])
def test_aid_that_was_granted_and_concluded_has_two_letters(desk, amount, said):
    case_id = desk.under_way("arbitration")
    assert desk.step(desk.handler, case_id, "report", news="已联系公司").status_code == 302
    (granted,) = letters(desk, case_id)
    assert "法律援助受理通知书" in granted
    desk.step(desk.handler, case_id, "conclude", outcome="公司付清拖欠工资", amount_recovered=amount)
    _granted, closed = letters(desk, case_id)
    for each in ("法律援助结案告知书", "公司付清拖欠工资", said):
        assert each in closed, each


def test_a_refusal_says_why_and_where_else_to_go(desk):
    case_id = desk.submitted("mediation")
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "recommend", recommendation="refuse", note="非劳动争议")
    desk.step(desk.admin, case_id, "refuse", reason="双方为承揽关系，不属于劳动争议。")
    (refused,) = letters(desk, case_id)
    for each in ("不予法律援助决定书", "双方为承揽关系", "12348"):
        assert each in refused, each
