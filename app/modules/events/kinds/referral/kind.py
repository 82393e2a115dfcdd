"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind, PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.referral.settings import ReferralSettings

HERE = "app.modules.events.kinds.referral"
KIND = CampaignKind(
    key="referral",
    title=_("Referrals"),
    summary=_("Members bring others into the union by a link of their own; both are rewarded once it has proved good."),
    icon="user-plus",
    settings=ReferralSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    notifications=(
        NotificationKind(
            "events.referral_cooling", _("Somebody joined by a referral"),
            {"zh_CN": "携手入会已确认", "en": "A joining was verified"},
            {"zh_CN": "“{title}”的一次携手入会已确认，等待期满后双方将获得奖励。",
             "en": "A joining in “{title}” was verified. Both of you are rewarded once the waiting period is over."},
        ),
        NotificationKind(
            "events.referral_rewarded", _("A referral was rewarded"),
            {"zh_CN": "携手入会奖励已发放", "en": "Your reward is here"},
            {"zh_CN": "“{title}”的携手入会奖励已处理，结果可在活动页面和“我的券”中查看。",
             "en": "The reward of “{title}” is decided. See the campaign’s page and your vouchers."},
        ),
        NotificationKind(
            "events.referral_refused", _("A referral that is not rewarded"),
            {"zh_CN": "携手入会未获奖励", "en": "This referral is not rewarded"},
            {"zh_CN": "“{title}”的一次携手入会按规则不能获得奖励，原因可在活动页面查看。",
             "en": "By its rules a referral in “{title}” is not rewarded. The campaign’s page says why."},
        ),
        NotificationKind(
            "events.referral_clawed_back", _("The reward of a referral was taken back"),
            {"zh_CN": "携手入会奖励已收回", "en": "A reward was taken back"},
            {"zh_CN": "“{title}”的一次携手入会奖励已按规则收回，未使用的券已作废，原因可在活动页面查看。",
             "en": "The reward of a referral in “{title}” was taken back; unused vouchers are void. The campaign’s page says why."},
        ),
    ),
    personal_data=(
        PersonalData("events_referrals", export=("campaign_id", "state", "reason", "verified_at", "rewarded_at", "clawed_back_at")),
    ),
)  # fmt: skip
