"""What features say of a case goes along, is made anew there, or stays and is named before."""

from uuid import UUID

from sqlalchemy import func, select

from app.casework.contacts.tests.examples import visited
from app.casework.handover.deeds import ARRIVE
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseDocument
from app.casework.originals.keeping import keep_original
from app.casework.originals.models import CaseOriginal
from app.casework.trail import add_event
from app.core.files import read_file
from app.core.jobs.inline import run_due_events
from app.modules.help.means.models import CaseMeans
from app.modules.help.tests.desk import make_desk
from app.modules.legal_aid.lawyers.tests.panel import Panel
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db

SIGNED = b"%PDF-1.7 signed\n%%EOF"


def test_a_paper_kept_as_it_was_sent_is_kept_so_there_too(scene):
    case_id = scene.offered(kind="litigation")
    with scope(Plane.WORKER, zone=scene.desk.zone):
        keep_original(
            db.session.scalars(select(CaseDocument).where(CaseDocument.case_id == case_id)).one(), SIGNED, "a.pdf"
        )
        db.session.commit()
    assert scene.settle(case_id).status_code == 302
    run_due_events()
    new_id = scene.handover(case_id).id
    with scope(Plane.WORKER, zone=scene.city):
        original = db.session.scalars(select(CaseOriginal).where(CaseOriginal.case_id == new_id)).one()
        document = db.session.scalars(select(CaseDocument).where(CaseDocument.case_id == new_id)).one()
        assert original.document_id == document.id
        assert read_file(original.file_id)[1] == SIGNED


def test_the_part_of_a_lawyer_ends_where_the_case_was(scene):
    panel, case_id = Panel(scene.desk), scene.desk.under_way("arbitration")
    panel.accepted(case_id, panel.invited())
    assert scene.propose(case_id).status_code == 302
    assert scene.answer(case_id).status_code == 302
    run_due_events()
    assert scene.settle(case_id).status_code == 302
    run_due_events()
    assert [each.state for each in panel.assignments(case_id)] == ["ended"]


def test_the_handler_reads_before_what_stays(scene):
    case_id = scene.taken()
    page = f"/console/legal_aid/{case_id}"
    assert "通话与走访" not in scene.desk.handler.get(f"{page}/hand-over").text
    visited(scene.desk.zone, scene.desk.handler, page, case_id)
    shown = scene.desk.handler.get(f"{page}/hand-over").text
    assert "材料及原件" in shown
    assert shown.count("通话与走访") == 1


def test_the_means_of_a_household_are_calculated_anew_where_a_case_arrives(world):
    desk = make_desk(world)
    case_id = UUID(desk.send(desk.form()).location.split("/")[-2])
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        case = db.session.get_one(Case, (desk.zone.id, case_id))
        own = find_kind(case.kind).own
        before = db.session.scalar(select(func.count(CaseMeans.id)))
        own.follow(case, add_event(SYSTEM, case, "hand_on", is_shown=True))
        assert db.session.scalar(select(func.count(CaseMeans.id))) == before
        own.follow(case, add_event(SYSTEM, case, ARRIVE, is_shown=True))
        assert db.session.scalar(select(func.count(CaseMeans.id))) == (before or 0) + 1
