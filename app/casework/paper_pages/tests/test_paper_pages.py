"""The pages of a PDF: a picture each, marked for the desk, within limits, and for nobody who may not read the case."""

import io
from uuid import UUID

import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from app.casework.errors import PaperRefused
from app.casework.models import CaseDocument
from app.casework.papers import clean_paper
from app.casework.tests.bad_papers import pdf, picture
from app.core import pdf_files
from app.core.audit import AuditEntry
from app.core.clock import now
from app.core.pdf_drawing import LONGEST_SIDE, SHARPEST
from app.core.pdf_files import MOST_POINTS, PdfError, draw_page
from app.identity import limits
from app.identity.limits import spend
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def sized(width: float, height: float) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].mediabox = pikepdf.Array([0, 0, width, height])

    return pdf(change)


@pytest.fixture
def case(desk) -> tuple[str, UUID, UUID]:
    """A taken application: its id, its PDF of three pages, and its picture."""
    form = desk.form(
        paper_income=(io.BytesIO(pdf(pages=3)), "工资单.pdf"),
        paper_household=(io.BytesIO(picture("PNG")), "户口簿.png"),
    )
    case_id = desk.send(form).location.split("/")[-2]
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        named = select(CaseDocument.paper, CaseDocument.id).where(CaseDocument.case_id == case_id)
        papers = dict(db.session.execute(named).all())
    return case_id, papers["income"], papers["household"]


def looks(desk) -> list[dict]:
    with scope(Plane.STAFF, zone=desk.zone):
        entries = select(AuditEntry.detail).where(AuditEntry.action == "help.read_paper").order_by(AuditEntry.id)
        return list(db.session.execute(entries).scalars())


def test_the_pages_are_stepped_through_without_a_script(desk, case):
    case_id, document, _picture = case
    for client, start in ((desk.handler, "/console/help"), (desk.member, "/help")):
        pages = f"{start}/{case_id}/documents/{document}/pages"
        shown = [client.get(f"{pages}/{number}").text for number in (1, 2, 3)]
        for number, page in enumerate(shown, 1):
            assert f"第 {number} 页，共 3 页" in page
            assert f'src="{pages}/{number}/picture"' in page
            assert (f'href="{pages}/{number - 1}"' in page) == (number > 1)
            assert (f'href="{pages}/{number + 1}"' in page) == (number < 3)
    assert (
        f'<iframe src="/console/help/{case_id}/documents/{document}/pages/1"'
        in desk.handler.get(f"/console/help/{case_id}").text
    )
    assert f'href="/help/{case_id}/documents/{document}/pages/1"' in desk.member.get(f"/help/{case_id}").text


def test_a_page_is_marked_for_the_desk_and_clear_for_its_member(desk, case):
    case_id, document, _picture = case
    path = f"/help/{case_id}/documents/{document}/pages/2/picture"
    clear, marked = desk.member.get(path), desk.handler.get(f"/console{path}")
    for answer in (clear, marked):
        assert answer.mimetype == "image/webp"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Disposition"].startswith("inline")
    pictures = opened(clear.data), opened(marked.data)
    assert pictures[0].size == pictures[1].size
    # The page is white but for one line at its top; the mark goes all over it.
    lower = [each.crop((0, each.height // 2, *each.size)) for each in pictures]
    assert lower[0].getcolors() == [(lower[0].width * lower[0].height, (255, 255, 255))]
    assert ImageChops.difference(*lower).getbbox() is not None


def test_every_page_that_staff_look_at_is_in_the_log_and_the_member_reads_of_it(desk, case):
    case_id, document, _picture = case
    start = f"/console/help/{case_id}/documents/{document}/pages"
    desk.handler.get(f"{start}/1")
    assert looks(desk) == []
    desk.handler.get(f"{start}/1/picture")
    desk.handler.get(f"{start}/3/picture")
    assert [(look["page"], look["part"], look["document_id"]) for look in looks(desk)] == [
        (1, "handler", str(document)), (3, "handler", str(document)),
    ]  # fmt: skip
    desk.member.get(f"/help/{case_id}/documents/{document}/pages/1/picture")
    assert len(looks(desk)) == 2


def test_nobody_else_sees_a_page(desk, case, world):
    case_id, document, _picture = case
    path = f"/help/{case_id}/documents/{document}/pages/1"
    stranger = world.client(desk.zone, world.member(desk.zone))
    other = world.zone()
    elsewhere = world.client(other, world.staff(other, "caseworker"))
    for address in (path, f"{path}/picture"):
        assert desk.colleague.get(f"/console{address}").status_code == 403
        assert stranger.get(address).status_code == 404
        assert elsewhere.get(f"/console{address}").status_code == 404
    assert looks(desk) == []


@pytest.mark.parametrize("number", ["0", "4", "99999999999999999999"])
def test_there_is_no_page_beyond_the_last_and_a_picture_has_none(desk, case, number):
    case_id, document, picture_id = case
    for client, start in ((desk.handler, "/console/help"), (desk.member, "/help")):
        for name in ("", "/picture"):
            assert client.get(f"{start}/{case_id}/documents/{document}/pages/{number}{name}").status_code == 404
            assert client.get(f"{start}/{case_id}/documents/{picture_id}/pages/1{name}").status_code == 404


def test_a_paper_of_another_case_is_not_found_beneath_this_one(desk, case, world):
    case_id, document, _picture = case
    own, desk.member = desk.member, world.client(desk.zone, world.member(desk.zone))
    second = desk.send(desk.form()).location.split("/")[-2]
    assert own.get(f"/help/{case_id}/documents/{document}/pages/1/picture").status_code == 200
    assert desk.member.get(f"/help/{second}/documents/{document}/pages/1/picture").status_code == 404


def test_who_asks_for_more_pages_than_anybody_leafs_through_waits_and_others_do_not(desk, case, monkeypatch):
    """Each picture is a process of its own, for seconds if the PDF is made for it."""
    case_id, document, _picture = case
    moment = now()
    monkeypatch.setattr(limits, "now", lambda: moment)
    page = f"/help/{case_id}/documents/{document}/pages/1"
    assert desk.member.get(f"{page}/picture").status_code == 200
    limit = desk.world.app.view_functions["help.page_picture"].hall_limit
    with scope(Plane.IDENTITY):
        spend(*[(limit, str(desk.person.account_id))] * (limit.most - 1))
        db.session.commit()
    refused = desk.member.get(f"{page}/picture")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert desk.member.get(page).status_code == 200
    assert desk.handler.get(f"/console{page}/picture").status_code == 200


def test_what_can_not_be_drawn_says_so_and_is_no_look(desk, case, monkeypatch):
    case_id, document, _picture = case
    monkeypatch.setattr(pdf_files, "DRAWER", "app.core.no_such_drawing")
    answer = desk.handler.get(f"/console/help/{case_id}/documents/{document}/pages/1/picture")
    assert answer.status_code == 409
    assert looks(desk) == []


@pytest.mark.parametrize("size", [(10, 10), (595, 842), (MOST_POINTS, MOST_POINTS), (MOST_POINTS, 4)])
def test_no_page_makes_more_pixels_than_the_limit(size):
    found = opened(draw_page(sized(*size), 1))
    assert max(found.size) <= LONGEST_SIDE + 1
    assert max(found.size) <= max(size) * SHARPEST + 1


def test_a_page_that_takes_too_long_ends_with_its_process(monkeypatch):
    monkeypatch.setattr(pdf_files, "MOST_SECONDS", 0.01)
    with pytest.raises(PdfError) as refused:
        draw_page(pdf(), 1)
    assert refused.value.code == "too_much"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (sized(MOST_POINTS + 1, 100), "A0"),
        (pdf(lambda document: document.pages.__delitem__(0)), "没有页面"),
        (pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), "密码"),
        (pdf(pages=201), "200"),
    ],
    ids=["large", "empty", "encrypted", "long"],
)
def test_a_pdf_that_no_page_can_be_shown_of_is_refused_at_upload_and_the_sentence_says_why(desk, data, said):
    with pytest.raises(PaperRefused):
        clean_paper(data, "a.pdf")
    answer = desk.send(desk.form(paper_income=(io.BytesIO(data), "工资单.pdf")))
    assert answer.status_code == 422
    assert said in answer.text
    assert token(desk.member, "/help/apply/schooling")
