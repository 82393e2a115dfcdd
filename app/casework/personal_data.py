"""Where casework keeps rows about members, and what of them a member's copy holds."""

from app.core.modules import PersonalData

PERSONAL_DATA = (
    PersonalData("case_pauses", export=("paused_at", "resume_on")),
    PersonalData("case_handovers", export=("to_name", "state", "proposed_at", "answered_at", "consent_version", "new_number")),
    PersonalData("case_offers", export=("from_name", "from_number", "offered_at")),
    PersonalData("case_origins", export=("from_name", "from_number", "agreed_at", "arrived_at")),
    PersonalData("case_merges", export=("merged_at",)),
    PersonalData("case_erasures", export=("asked_at", "answer", "answered_at")),
    PersonalData("case_recusals", export=("asked_at", "answer", "answered_at")),
    PersonalData("case_openings", export=("opened_at", "until")),
    PersonalData("case_events", export=("action", "to_state", "at")),
    PersonalData("case_clocks", export=("clock", "started_at", "due_at", "stopped_at")),
    PersonalData("case_messages", export=("author", "sent_at", "read_at")),
    PersonalData("case_payees", export=("told_at",), sealed=("told_cipher",)),
    PersonalData("case_payment_orders", export=("number", "amount_cents", "state", "ordered_at")),
    PersonalData("case_payment_lines", export=("outcome", "paid_on", "reference"), sealed=("account_cipher",)),
    PersonalData("case_returned_payments", export=("returned_on", "reference")),
    PersonalData("case_ratings", export=("stars", "rated_at")),
    PersonalData("case_letters", export=("letter", "locale", "check_code", "issued_at")),
    PersonalData("case_public_listings", export=("listed_at", "taken_off_at")),
    PersonalData("case_story_drafts", export=("state", "consented_at")),
    PersonalData("case_objections", export=("made_at", "finding", "answered_at")),
    PersonalData("case_originals", export=("created_at",)),
    PersonalData("case_documents", export=("paper", "created_at")),
    PersonalData(
        "cases",
        export=("number", "kind", "state", "amount_requested_cents", "amount_granted_cents", "amount_paid_cents", "amount_recovered_cents", "consent_version",
                "consented_at", "submitted_at", "closed_at"),
    ),
)  # fmt: skip
