"""Where benefits keep rows about members, and what of them a member's copy holds."""

from app.core.modules import PersonalData

PERSONAL_DATA = (
    PersonalData("bean_accounts", export=("kind", "balance")),
    PersonalData("bean_holds", export=("category", "amount", "state", "refunded", "held_at")),
    PersonalData("bean_refund_graces", export=("until",)),
    PersonalData("bean_issue_lines", export=("amount",)),
    PersonalData("vouchers", export=("state", "valid_from", "last_day", "pick_up_on", "redeemed_at", "purchase_cents")),
    PersonalData("voucher_codes"),
    PersonalData("voucher_events", export=("action", "state", "last_day", "acted_at")),
    PersonalData("voucher_wechat_coupons", export=("state", "handed_over_at", "heard_at")),
    PersonalData("voucher_refusals", export=("refused_at",)),
    PersonalData("voucher_offline_uses", export=("used_at", "handed_in_at", "refusal")),
    PersonalData("bean_issue_refusals", export=("over_cents",)),
    PersonalData("benefit_gifts", export=("category", "value_cents", "given_on")),
)
