"""Where benefits keep rows about members, and what of them a member's copy holds."""

from app.core.modules import PersonalData

PERSONAL_DATA = (
    PersonalData("bean_accounts", export=("kind", "balance")),
    PersonalData("bean_holds", export=("category", "amount", "state", "refunded", "held_at")),
    PersonalData("bean_issue_lines", export=("amount",)),
)
