"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind, PersonalData
from app.modules.events.kinds.claim.settings import ClaimSettings
from app.modules.events.kinds.declaring import CampaignKind

HERE = "app.modules.events.kinds.claim"
KIND = CampaignKind(
    key="claim",
    title=_("Giveaway"),
    summary=_("Vouchers or tickets for those who claim one, first come or by a fair draw."),
    icon="gift",
    settings=ClaimSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    notifications=(
        NotificationKind(
            "events.claim_given", _("One came back for you"),
            {"zh_CN": "候补成功", "en": "One came back for you"},
            {"zh_CN": "您在“{title}”中候补成功，电子券已发放到“我的福利”，请在有效期内使用。",
             "en": "You waited for “{title}”, and one came back: it is yours. Please use it while it is good."},
        ),
        NotificationKind(
            "events.claim_refused", _("A voucher one waited for could not be given"),
            {"zh_CN": "候补未能发放", "en": "Yours could not be given"},
            {"zh_CN": "“{title}”轮到您候补，但按规定未能发放，已顺延给下一位。原因：{why}",
             "en": "Your turn came in “{title}”, but one could not be given to you and went to the next. Why: {why}"},
        ),
        NotificationKind(
            "events.claim_over", _("The waiting is over"),
            {"zh_CN": "候补已结束", "en": "The waiting is over"},
            {"zh_CN": "“{title}”的候补已结束，很遗憾没有等到退回的名额。感谢您的参与。",
             "en": "The waiting for “{title}” is over; none came back for you this time. Thank you for waiting."},
        ),
    ),
    personal_data=(PersonalData("events_claim_waiting", export=("campaign_id", "place", "state", "joined_at", "ended_at")),),
)  # fmt: skip
