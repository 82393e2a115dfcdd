"""Papers at the desk: marked with who looks at them, small on the page, and never in a cache."""

import io
from uuid import UUID

import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from app.casework.access import marking
from app.casework.access.marking import mark_of
from app.casework.models import CaseDocument
from app.core.audit import AuditEntry
from app.core.pdf_files import PdfError
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

REASON = "法院要求提交原件扫描件"


def large_picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (1400, 1000), "white").save(stream, "PNG")
    return stream.getvalue()


def pdf() -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 400))
        made.save(stream)
    return stream.getvalue()


@pytest.fixture
def case(desk) -> tuple[str, UUID, UUID]:
    """A taken application: its id, its picture and its PDF."""
    form = desk.form(
        paper_household=(io.BytesIO(large_picture()), "户口簿.png"), paper_income=(io.BytesIO(pdf()), "工资单.pdf")
    )
    case_id = desk.send(form).location.split("/")[-2]
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        papers = dict(
            db.session.execute(select(CaseDocument.paper, CaseDocument.id).where(CaseDocument.case_id == case_id)).all()
        )
    return case_id, papers["household"], papers["income"]


@pytest.fixture
def unmarkable(monkeypatch) -> None:
    """PDFs that the watermark can't read."""

    def refuse(*_: object) -> bytes:
        raise PdfError("damaged")

    monkeypatch.setattr(marking, "watermark_pdf", refuse)


def looks(desk, action: str = "help.read_paper") -> list[dict]:
    with scope(Plane.STAFF, zone=desk.zone):
        entries = select(AuditEntry.detail).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(db.session.execute(entries).scalars())


def test_the_mark_names_the_viewer_the_time_their_role_and_the_zone(desk):
    person = desk.world.staff(desk.zone, "caseworker")
    with scope(Plane.STAFF, zone=desk.zone):
        mark = mark_of(Actor(person.account_id, None, person.name))
    assert mark.startswith(f"{person.name} · 20")
    assert "经办人" in mark
    assert mark.endswith(desk.zone.name)


def test_a_picture_is_marked_for_the_desk_and_clear_for_its_member(desk, case):
    case_id, picture_id, _pdf = case
    clear = desk.member.get(f"/help/{case_id}/documents/{picture_id}")
    shown = desk.handler.get(f"/console/help/{case_id}/documents/{picture_id}")
    pictures = [Image.open(io.BytesIO(answer.data)).convert("RGB") for answer in (clear, shown)]
    assert pictures[0].size == pictures[1].size == (1400, 1000)
    assert ImageChops.difference(*pictures).getbbox() is not None
    assert pictures[0].getcolors() == [(1_400_000, (255, 255, 255))]
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["Content-Disposition"].startswith("inline")


def test_two_viewers_get_two_marks(desk, case):
    case_id, picture_id, _pdf = case
    desk.open_for_reason(desk.colleague, case_id)
    address = f"/console/help/{case_id}/documents/{picture_id}"
    assert desk.handler.get(address).data != desk.colleague.get(address).data


def test_the_page_shows_small_marked_copies_and_links_the_whole_picture(desk, case):
    case_id, picture_id, pdf_id = case
    address = f"/console/help/{case_id}/documents/{picture_id}"
    page = desk.handler.get(f"/console/help/{case_id}").text
    assert f'src="{address}/small"' in page
    assert f'href="{address}" target="_blank"' in page
    assert f'src="{address}"' not in page
    small = desk.handler.get(f"{address}/small")
    picture = Image.open(io.BytesIO(small.data)).convert("RGB")
    assert max(picture.size) == 480
    assert len(picture.getcolors(1_000_000) or []) > 1, "it is marked too"
    assert small.headers["Cache-Control"] == "private, no-store"
    assert desk.handler.get(f"/console/help/{case_id}/documents/{pdf_id}/small").status_code == 404


def test_a_pdf_is_marked_page_by_page(desk, case):
    case_id, _picture, pdf_id = case
    answer = desk.handler.get(f"/console/help/{case_id}/documents/{pdf_id}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with pikepdf.open(io.BytesIO(answer.data)) as made:
        assert [set(page.obj.Resources.XObject.keys()) for page in made.pages] == [{"/Mark", "/Page"}]
    assert desk.member.get(f"/help/{case_id}/documents/{pdf_id}").data != answer.data


@pytest.mark.usefixtures("unmarkable")
def test_what_can_not_be_marked_is_saved_by_the_handler_alone_for_a_reason_the_member_reads(desk, case):
    case_id, _picture, pdf_id = case
    address = f"/console/help/{case_id}/documents/{pdf_id}"
    asked = desk.handler.get(address)
    assert asked.mimetype == "text/html"
    assert looks(desk) == []
    form = {"csrf_token": token(desk.handler, address)}
    short = desk.handler.post(f"{address}/unmarked", data={**form, "paper_reason": "太短"})
    assert short.status_code == 422
    assert "太短" in short.text
    saved = desk.handler.post(f"{address}/unmarked", data={**form, "paper_reason": REASON})
    assert saved.data == desk.member.get(f"/help/{case_id}/documents/{pdf_id}").data
    assert [look["stated_reason"] for look in looks(desk)] == [REASON]
    assert REASON in desk.member.get(f"/help/{case_id}").text
    desk.open_for_reason(desk.colleague, case_id)
    form = {"csrf_token": token(desk.colleague, f"/console/help/{case_id}"), "paper_reason": REASON}
    assert desk.colleague.get(address).status_code == 403
    assert desk.colleague.post(f"{address}/unmarked", data=form).status_code == 403
    assert len(looks(desk)) == 1


def test_what_can_be_marked_is_never_saved_without(desk, case):
    case_id, picture_id, _pdf = case
    address = f"/console/help/{case_id}/documents/{picture_id}"
    form = {"csrf_token": token(desk.handler, f"/console/help/{case_id}"), "paper_reason": REASON}
    saved = Image.open(io.BytesIO(desk.handler.post(f"{address}/unmarked", data=form).data)).convert("RGB")
    assert len(saved.getcolors(2_000_000) or []) > 1
