"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind, PersonalData
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.kinds.works.settings import WorksSettings

HERE = "app.modules.events.kinds.works"
KIND = CampaignKind(
    key="works",
    title=_("Call for works"),
    summary=_("Members send pictures or texts; staff look at each, members vote, a jury may score, the ranking wins."),
    icon="photo",
    settings=WorksSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    judged=f"{HERE}.jury.duties:list_duties",
    notifications=(
        NotificationKind(
            "events.works_accepted", _("A work is shown"),
            {"zh_CN": "作品已通过审核", "en": "Your work is shown"},
            {"zh_CN": "您的作品“{title}”已通过审核并展出。", "en": "Your work “{title}” was accepted and is shown."},
        ),
        NotificationKind(
            "events.works_refused", _("A work was not accepted"),
            {"zh_CN": "作品未通过审核", "en": "Your work was not accepted"},
            {"zh_CN": "您的作品“{title}”未通过审核，原因：{reason}。投稿截止前可修改后重新提交。",
             "en": "Your work “{title}” was not accepted. Why: {reason}. You can send it anew while works are taken."},
        ),
        NotificationKind(
            "events.works_taken_down", _("A work is shown no more"),
            {"zh_CN": "作品已下架", "en": "Your work was taken down"},
            {"zh_CN": "您的作品“{title}”已下架，不再展出，原因：{reason}。",
             "en": "Your work “{title}” was taken down and is shown no more. Why: {reason}."},
        ),
    ),
    personal_data=(
        PersonalData("events_works_judges", export=("campaign_id", "name", "appointed_at", "dismissed_at")),
        PersonalData("events_works", export=("campaign_id", "number", "title", "words", "state", "sent_at")),
        PersonalData("events_works_votes", export=("campaign_id", "work_id", "day")),
    ),
)  # fmt: skip
