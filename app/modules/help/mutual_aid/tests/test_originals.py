"""The PDF of an e-invoice is kept as it was sent: its member's to take along, its handler's to check, nobody's to look at."""

import io

from sqlalchemy import select

from app.casework.models import CaseDocument
from app.casework.originals.models import CaseOriginal
from app.core.audit import AuditEntry
from app.core.files import StoredFile
from app.modules.help.mutual_aid.tests.counter import APPLY, invoice, make_counter
from app.modules.help.tests.desk import PDF, picture
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

SIGNED = PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n% a signature that any rewriting breaks\n")
REASON = "核验电子票据的签章是否有效"


def signed(**told):
    return {"paper_invoice": (io.BytesIO(SIGNED), "电子票据.pdf"), **told}


def paper(counter, name: str = "invoice"):
    with scope(Plane.WORKER, zone=counter.office.zone):
        return db.session.scalars(
            select(CaseDocument.id).where(CaseDocument.paper == name).order_by(CaseDocument.id)
        ).first()


def test_its_member_gets_the_very_bytes_as_a_file_to_save(counter):
    case_id = counter.submitted(**signed())
    path = f"/help/{case_id}/documents/{paper(counter)}"
    answer = counter.member.get(f"{path}/original")
    assert answer.data == SIGNED
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert counter.member.get(path).data != SIGNED
    assert "上传的原件" in counter.member.get(f"/help/{case_id}").text


def test_the_handler_saves_it_for_a_reason_that_the_member_reads(counter):
    case_id = counter.taken(**signed())
    path = f"/console/help/{case_id}/documents/{paper(counter)}/original"
    handler = counter.desk.handler
    page = handler.get(path).text
    assert "系统未作任何处理" in page
    assert SIGNED.decode() not in page
    csrf = token(handler, path)
    assert handler.post(path, data={"csrf_token": csrf}).status_code == 422
    answer = handler.post(path, data={"csrf_token": csrf, "paper_reason": REASON})
    assert answer.data == SIGNED
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with scope(Plane.STAFF, zone=counter.office.zone):
        looks = select(AuditEntry.detail).where(AuditEntry.action == "help.read_paper")
        (detail,) = db.session.scalars(looks.where(AuditEntry.object_id == str(case_id)))
    assert (detail["is_original"], detail["stated_reason"]) == (True, REASON)


def test_nobody_else_gets_it(counter, world):
    case_id = counter.taken(**signed())
    path = f"/console/help/{case_id}/documents/{paper(counter)}/original"
    assert counter.desk.colleague.get(path).status_code == 403
    counter.recommend(case_id, "500")
    assert counter.desk.admin.get(path).status_code == 403  # who decides reads the papers, marked
    form = {"csrf_token": token(counter.desk.admin, "/console/help/plans"), "paper_reason": REASON}
    assert counter.desk.admin.post(path, data=form).status_code == 403
    other = world.client(counter.office.zone, world.member(counter.office.zone))
    assert other.get(f"/help/{case_id}/documents/{paper(counter)}/original").status_code == 404


def test_only_papers_that_are_declared_so_are_kept_and_pictures_never(counter):
    case_id = counter.submitted(**signed(paper_discharge=(io.BytesIO(PDF), "出院小结.pdf")))
    kept = f"/help/{case_id}/documents/{paper(counter, 'discharge')}/original"
    assert counter.member.get(kept).status_code == 404
    counter.withdraw(case_id)
    counter.submitted(paper_invoice=(io.BytesIO(picture()), "发票.jpg"))
    with scope(Plane.WORKER, zone=counter.office.zone):
        assert len(db.session.scalars(select(CaseOriginal.id)).all()) == 1


def test_with_its_paper_it_is_taken_back(counter):
    counter.send(**signed(), action="save")
    page = counter.member.get(APPLY)
    removed = {"remove": str(paper(counter))}
    form = {
        key: value for key, value in counter.form(**removed, action="upload").items() if not key.startswith("paper_")
    }
    assert page.status_code == 200
    assert counter.member.post(APPLY, data=form, content_type="multipart/form-data").status_code == 302
    with scope(Plane.WORKER, zone=counter.office.zone):
        assert db.session.scalars(select(StoredFile.id).where(StoredFile.purpose == "casework.original")).all() == []


def test_the_same_file_in_another_claim_is_a_sign_for_the_desk_and_for_nobody_else(counter, world):
    same = SIGNED + b"% " + invoice()["number"].encode() + b"\n%%EOF\n"
    elsewhere = make_counter(world, name="外区医疗互助")
    first = elsewhere.taken(paper_invoice=(io.BytesIO(same), "电子票据.pdf"))
    second = counter.taken(paper_invoice=(io.BytesIO(same), "电子票据.pdf"))
    words = "同一票据文件已随其他申请提交"
    assert words in counter.desk.handler.get(f"/console/help/{second}").text
    assert words not in counter.member.get(f"/help/{second}").text
    assert words not in elsewhere.desk.handler.get(f"/console/help/{first}").text
    elsewhere.withdraw(first)
    assert words not in counter.desk.handler.get(f"/console/help/{second}").text
