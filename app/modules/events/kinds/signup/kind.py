"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import Entry, NotificationKind, Permission, PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.signup.rights import DOOR, DOOR_ROLE
from app.modules.events.kinds.signup.settings import SignupSettings

HERE = "app.modules.events.kinds.signup"
KIND = CampaignKind(
    key="signup",
    title=_("Sign-up"),
    summary=_("Sessions with seats: members register, wait their turn, and check in by QR code."),
    icon="calendar",
    settings=SignupSettings,
    choices=f"{HERE}.settling:choices",
    facts=f"{HERE}.settling:facts",
    panel=f"{HERE}.settling:panel",
    desk=f"{HERE}.settling:panel",
    ready=f"{HERE}.settling:require_ready",
    announced=f"{HERE}.settling:announced",
    settle=f"{HERE}.settling:settle",
    permissions=(Permission(DOOR, _("Check members in at sign-ups"), roles=(DOOR_ROLE, "zone_admin", "editor"), local=True),),
    menu=(Entry(_("Check in"), "console_events.signup.doors.index", "camera", permission=DOOR),),
    notifications=(
        NotificationKind(
            "events.signup_offered", _("A seat came free"),
            {"zh_CN": "候补名额已为您保留", "en": "A seat came free for you"},
            {"zh_CN": "“{session}”空出一个名额，已为您保留到{until}，请在此之前点击确认，逾期将让给下一位。",
             "en": "A seat in “{session}” is kept for you until {until}. Please confirm it by then, or the next one gets it."},
        ),
        NotificationKind(
            "events.signup_lapsed", _("A kept seat lapsed"),
            {"zh_CN": "候补名额未确认，已让出", "en": "The seat was passed on"},
            {"zh_CN": "“{session}”为您保留的名额没有按时确认，已让给下一位候补。",
             "en": "The seat kept for you in “{session}” was not confirmed in time and goes to the next one who waits."},
        ),
        NotificationKind(
            "events.signup_moved", _("A session was moved"),
            {"zh_CN": "场次有变动", "en": "A session was moved"},
            {"zh_CN": "您报名的“{session}”改为{when}，地点：{venue}。原因：{reason}。如不能参加，请及时取消。",
             "en": "“{session}” is now on {when}, at {venue}. Why: {reason}. If you can’t come, please cancel in time."},
        ),
        NotificationKind(
            "events.signup_session_cancelled", _("A session was cancelled"),
            {"zh_CN": "场次已取消", "en": "A session was cancelled"},
            {"zh_CN": "您报名的“{session}”（{when}）已取消。原因：{reason}。",
             "en": "“{session}” on {when} was cancelled. Why: {reason}."},
        ),
        NotificationKind(
            "events.signup_near", _("A session comes up"),
            {"zh_CN": "活动即将开始", "en": "Your session comes up"},
            {"zh_CN": "您报名的“{session}”将于{when}开始，地点：{venue}。到场请出示签到码。",
             "en": "“{session}” begins on {when}, at {venue}. Please show your check-in code there."},
        ),
        NotificationKind(
            "events.signup_released", _("A registration was cancelled by the union"),
            {"zh_CN": "您的报名已被取消", "en": "Your registration was cancelled"},
            {"zh_CN": "工会取消了您在“{session}”的报名。原因：{reason}。",
             "en": "The union cancelled your registration for “{session}”. Why: {reason}."},
        ),
    ),
    personal_data=(
        PersonalData(
            "events_signup_registrations",
            export=("session_id", "state", "registered_at", "attended_at"),
            sealed=("note_cipher",),
        ),
    ),
)  # fmt: skip
