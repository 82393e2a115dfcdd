"""What the module is to the platform."""

from flask_babel import lazy_gettext as _

from app.core.modules import Entry, Figure, Module, NotificationKind, Permission, PersonalData
from app.modules.events.judging.rights import JUDGE, JUDGE_ROLE
from app.modules.events.kinds import KINDS

MODULE = Module(
    slug="events",
    title=_("Events"),
    summary=_("Campaigns for members: first come or by draw, with prizes, open to all or to those chosen."),
    version="1.0",
    icon="calendar",
    permissions=(
        Permission("events.manage", _("Prepare and announce campaigns"), roles=("zone_admin", "editor")),
        Permission("events.review", _("Review campaigns that others wrote"), roles=("zone_admin", "approver")),
        Permission(JUDGE, _("Judge in competitions and calls for works"), roles=(JUDGE_ROLE, "zone_admin", "editor", "approver"), local=True),
        *(each for kind in KINDS.values() for each in kind.permissions),
    ),
    tab=Entry(_("Events"), "events.index", "calendar", order=40),
    entries=(Entry(_("Events"), "events.index", "calendar"),),
    menu=(
        Entry(_("Campaigns"), "console_events.index", "calendar", permission="events.manage"),
        Entry(_("Campaigns to review"), "console_events.to_review", "checklist", permission="events.review",
              badge="app.modules.events.second_person:count_to_review"),
        Entry(_("My judging"), "console_events.judging.index", "checklist", permission=JUDGE,
              badge="app.modules.events.judging.own:count_own"),
        *(each for kind in KINDS.values() for each in kind.menu),
    ),
    figures=(
        Figure("events.running", _("Campaigns that are open"), "app.modules.events.queries:count_running",
               permission="events.manage", endpoint="console_events.index"),
    ),
    notifications=(
        NotificationKind(
            "events.drawn", _("Result of a draw"),
            {"zh_CN": "抽签结果已公布", "en": "The draw is made"},
            {"zh_CN": "“{title}”已完成抽签，很遗憾您未中签。抽签过程和结果可在活动页面查看、复核。",
             "en": "“{title}” was drawn; this time it was not you. The page shows how, and anybody can compute it again."},
        ),
        NotificationKind(
            "events.drawn_behind", _("Place on the waiting list of a draw"),
            {"zh_CN": "抽签候补", "en": "You are on the waiting list"},
            {"zh_CN": "“{title}”已完成抽签，您是候补第 {place} 位。有名额退回时按抽签顺序自动递补，轮到您时会通知您。",
             "en": "“{title}” was drawn: you are number {place} on the waiting list. What comes back goes to the next in the order of "
                   "the draw; you are told when it is yours."},
        ),
        NotificationKind(
            "events.prize", _("Won a prize"),
            {"zh_CN": "恭喜获奖", "en": "You won a prize"},
            {"zh_CN": "您在“{title}”中获得“{prize}”，奖品已发放到“我的福利”，请在有效期内使用。",
             "en": "You won “{prize}” in “{title}”. It stands among your benefits: please use it while it is good."},
        ),
        NotificationKind(
            "events.prize_refused", _("A prize that could not be given"),
            {"zh_CN": "奖品未能发放", "en": "Your prize could not be given"},
            {"zh_CN": "您在“{title}”中获得“{prize}”，但按规定未能发放。原因：{why}",
             "en": "You won “{prize}” in “{title}”, but it could not be given to you. Why: {why}"},
        ),
        NotificationKind(
            "events.judge_named", _("Named a judge"),
            {"zh_CN": "您已被聘为评委", "en": "You are a judge"},
            {"zh_CN": "您已被聘为“{title}”的评委，评审时间为{begins}至{ends}，请届时登录工作台，在“我的评审”中打分。应当回避的请及时回避。",
             "en": "You judge “{title}”, from {begins} to {ends}. Please sign in to the desk then and score under “My judging”; recuse yourself where you are not impartial."},
        ),
        NotificationKind(
            "events.judge_begun", _("A judging begins"),
            {"zh_CN": "评审已开始", "en": "The judging begins"},
            {"zh_CN": "“{title}”的评审已开始，有{number}份评分表待您填写，请在{ends}前完成。",
             "en": "The judging of “{title}” is on: {number} sheets are yours to write, until {ends}."},
        ),
        NotificationKind(
            "events.judge_near", _("A judging ends soon"),
            {"zh_CN": "评审即将截止", "en": "The judging ends soon"},
            {"zh_CN": "“{title}”的评审将于{ends}截止，您还有{number}份评分表未完成。",
             "en": "The judging of “{title}” ends on {ends}; {number} of your sheets are still to be written."},
        ),
        NotificationKind(
            "events.team_captain", _("Captain of a team"),
            {"zh_CN": "您已成为队长", "en": "You are the captain"},
            {"zh_CN": "您现在是“{title}”中“{team}”的队长，邀请队员、移交队长等可在活动页面办理。",
             "en": "“{team}” in “{title}” is yours now: its link, and the way to hand it over, stand on your page."},
        ),
        *(each for kind in KINDS.values() for each in kind.notifications),
    ),
    personal_data=(
        PersonalData("events_entries", export=("campaign_id", "entered_at")),
        *(each for kind in KINDS.values() for each in kind.personal_data),
    ),
    promises="app.modules.events.promising:title_of_promise",
)  # fmt: skip
