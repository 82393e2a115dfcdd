"""What the archive of a case holds: of every table with rows of a case it is said where they are in it, or why they are not."""

import pytest

from tenants.database import Base

IN_IT = {
    "case_events": "the history",
    "case_documents": "papers/",
    "case_messages": "the messages, and messages/",
    "case_letters": "letters/",
    "case_contacts": "calls and visits, for staff",
    "case_photos": "photos/, for staff",
    "case_tasks": "a part, for staff",
    "case_clocks": "the time limits of the law, a part; what was paused, moved or late, in the history",
    "case_pauses": "the history, with the reason",
    "case_ratings": "a part",
    "case_payees": "the account, whole for the member, in the part on payments",
    "case_payment_orders": "a part",
    "case_payment_lines": "the answer of the bank, in the part on payments",
    "case_returned_payments": "the history",
    "case_participants": "the history",
    "case_conflicts": "the history",
    "case_openings": "the history, with the reason",
    "case_links": "the history, with the other number",
    "case_merges": "the history, with the other number",
    "case_handovers": "the history",
    "case_origins": "the history",
    "case_public_listings": "the history",
    "help_means": "a part",
    "help_claims": "the calculation, a part",
    "legal_aid_hearings": "a part",
    "legal_aid_assignments": "a part",
}
LEFT_OUT = {
    "case_names": "blind indexes by which a case is found",
    "case_originals": "saved one by one, by the handler, for a reason of its own",
    "case_story_drafts": "what is told of the case elsewhere, and no part of it",
    "case_erasures": "what becomes of the case, not what it is about",
    "case_holds": "the member never learns of a hold",
    "case_recusals": "the handler, who takes the case out, never reads why the member objects to them",
    "legal_aid_fee_claims": "what the union owes the lawyer: statements by month tell of it",
    "legal_aid_fee_receipts": "the same",
    "legal_aid_fee_bounces": "the same",
}


@pytest.mark.usefixtures("app")
def test_of_every_table_with_rows_of_a_case_it_is_said_where_they_are():
    assert IN_IT.keys().isdisjoint(LEFT_OUT)
    of_a_case = {name for name, table in Base.metadata.tables.items() if "case_id" in table.columns}
    assert of_a_case == IN_IT.keys() | LEFT_OUT.keys()
