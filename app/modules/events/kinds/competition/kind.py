"""The declaration of the kind."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind, PersonalData
from app.modules.events.kinds.competition.settings import CompetitionSettings
from app.modules.events.kinds.declaring import CampaignKind

HERE = "app.modules.events.kinds.competition"
KIND = CampaignKind(
    key="competition",
    title=_("Skill competition"),
    summary=_("Rounds with judges, a published ranking, appeals, and certificates that can be checked."),
    icon="trophy",
    settings=CompetitionSettings,
    choices=f"{HERE}.offering:choices",
    facts=f"{HERE}.offering:facts",
    panel=f"{HERE}.offering:panel",
    desk=f"{HERE}.offering:desk",
    ready=f"{HERE}.offering:require_ready",
    announced=f"{HERE}.offering:announced",
    settle=f"{HERE}.settling:settle",
    judged=f"{HERE}.judging:list_duties",
    to_decide=f"{HERE}.second_person:to_decide",
    notifications=(
        NotificationKind(
            "events.competition_next", _("Going on in a competition"),
            {"zh_CN": "恭喜晋级", "en": "You go on"},
            {"zh_CN": "您在“{title}”的{round}中晋级{next}，时间：{when}，地点：{venue}。成绩和申诉入口见活动页面。",
             "en": "You go on from {round} to {next} of “{title}”, on {when}, {venue}. Your scores, and the way to appeal, stand on your page."},
        ),
        NotificationKind(
            "events.competition_out", _("Not going on in a competition"),
            {"zh_CN": "竞赛成绩已公布", "en": "The ranking is published"},
            {"zh_CN": "“{title}”的{round}成绩已公布，很遗憾您未能晋级。成绩和申诉入口见活动页面。",
             "en": "The ranking of {round} of “{title}” is published; this time you do not go on. Your scores, and the way to appeal, stand on your page."},
        ),
        NotificationKind(
            "events.competition_team_small", _("A team is too small"),
            {"zh_CN": "参赛队人数不足", "en": "Your team is too small"},
            {"zh_CN": "有队员离开，“{team}”人数不足，已不再参加“{title}”。报名截止前可补足人数后重新提交。",
             "en": "Somebody left “{team}”, which is too small now and takes part in “{title}” no more. While registration is open it can be handed in again."},
        ),
        NotificationKind(
            "events.competition_appeal", _("Answer to an appeal"),
            {"zh_CN": "您的申诉已有答复", "en": "Your appeal is answered"},
            {"zh_CN": "您在“{title}”中的申诉已有答复：{answer}", "en": "Your appeal in “{title}” is answered: {answer}"},
        ),
        NotificationKind(
            "events.competition_certificate", _("A certificate is ready"),
            {"zh_CN": "获奖证书可以下载", "en": "Your certificate is ready"},
            {"zh_CN": "恭喜您在“{title}”中获奖，电子证书可在活动页面下载。",
             "en": "You won an award in “{title}”: your certificate can be downloaded from your page."},
        ),
    ),
    personal_data=(
        PersonalData("events_competition_team_members", export=("campaign_id", "team_id", "name", "is_captain", "joined_at", "left_at")),
        PersonalData("events_competition_judges", export=("campaign_id", "round_id", "name", "appointed_at", "dismissed_at")),
        PersonalData("events_competition_contestants", export=("campaign_id", "number", "name", "shown", "state", "registered_at")),
        PersonalData("events_competition_appeals", export=("campaign_id", "reason", "state", "appealed_at", "answer", "answered_at")),
    ),
)  # fmt: skip
