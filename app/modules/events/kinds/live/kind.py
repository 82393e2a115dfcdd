"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind, PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.live.settings import LiveSettings

HERE = "app.modules.events.kinds.live"
KIND = CampaignKind(
    key="live",
    title=_("Live stream"),
    summary=_("A page around a stream elsewhere: reminders before, likes and views during it, the replay afterwards."),
    icon="play",
    settings=LiveSettings,
    choices=f"{HERE}.showing:choices",
    facts=f"{HERE}.showing:facts",
    panel=f"{HERE}.showing:panel",
    desk=f"{HERE}.showing:desk",
    ready=f"{HERE}.showing:require_ready",
    announced=f"{HERE}.showing:announced",
    settle=f"{HERE}.showing:settle",
    notifications=(
        NotificationKind(
            "events.live_near", _("A live stream begins"),
            {"zh_CN": "直播即将开始", "en": "The stream begins soon"},
            {"zh_CN": "您预约的直播“{title}”将于{when}开始，请到活动页面观看。",
             "en": "“{title}” begins at {when}. You find it on the campaign’s page."},
        ),
    ),
    personal_data=(PersonalData("events_live_reminders", export=("show_id", "asked_at")),),
)  # fmt: skip
