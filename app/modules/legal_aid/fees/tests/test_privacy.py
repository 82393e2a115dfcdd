"""Whose fees are whose: kept from the employer's people, in the lawyer's own copy."""

import re

from sqlalchemy import func, select, update

from app.core.files import StoredFile
from app.members.privacy import export_member
from app.modules.legal_aid.fees.models import FeeClaim, FeeReceipt
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

TABLES = (FeeClaim, FeeReceipt)


def counted(office, *ties: str) -> list[int | None]:
    actor = Actor(uuid7(), ties=frozenset({office.panel.desk.zone.union_path, *ties}))
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=actor):
        files = select(func.count()).where(StoredFile.purpose == "legal_aid.fee_receipt")
        return [*(db.session.scalar(select(func.count(table.id))) for table in TABLES), db.session.scalar(files)]


def test_whoever_is_tied_to_the_employer_sees_no_fee_receipt_sum_or_count(office):
    claim_id = office.claimed(receipts=1, travel="10")
    path = office.panel.desk.find(office.find(claim_id).case_id).blind_paths[0]
    assert counted(office) == [1, 1, 1]
    assert counted(office, path) == [0, 0, 0]


def test_whoever_is_kept_from_the_case_reads_neither_the_lawyers_words_nor_receipts(office):
    claim_id = office.claimed(receipts=1, travel="10")
    page = f"/console/legal_aid/fees/{claim_id}"
    (receipt,) = re.findall(rf'"({page}/receipts/[^"]+)"', office.approver.get(page).text)
    office.keep_from(claim_id, office.people["approver"].account_id)
    assert [office.approver.get(path).status_code for path in (page, receipt)] == [403, 403]


def test_a_lawyer_who_is_a_member_has_their_fees_in_their_copy_and_the_applicant_has_none(office):
    desk, claim_id = office.panel.desk, office.claimed(receipts=1)
    lawyer = desk.world.member(desk.world.union_of(desk.zone), "林执言")
    with scope(Plane.WORKER, zone=desk.zone):
        for table in TABLES:
            db.session.execute(update(table).values(lawyer_member_id=lawyer.member_id))
        db.session.commit()
    copies = {}
    for person in (lawyer, desk.person):
        with scope(Plane.MEMBER, zone=desk.zone, actor=Actor(person.account_id, person.member_id)):
            copies[person.member_id] = export_member(person.member_id)["modules"]["legal_aid"]
    own = copies[lawyer.member_id]
    assert [(each["work"], each["amount_cents"]) for each in own["legal_aid_fee_claims"]] == [("arbitration", 185_000)]
    assert len(own["legal_aid_fee_receipts"]) == 1
    other = copies[desk.person.member_id]
    assert (other["legal_aid_fee_claims"], other["legal_aid_fee_receipts"]) == ([], [])
    assert office.find(claim_id).lawyer_member_id == lawyer.member_id
