"""What legal aid brings to a zone."""

from functools import partial

from flask_babel import lazy_gettext as _

from app.casework.notices import notice, shared_notices
from app.casework.settings import EntrySettings, settings_schema
from app.core.modules import Block, Entry, Figure, Look, Module, Permission
from app.modules.legal_aid.cases import CASEWORK

_notice = partial(notice, "legal_aid")

MODULE = Module(
    slug="legal_aid",
    title=_("Legal aid"),
    summary=_("Questions about rights at work, mediation, aid in arbitration and before court, with time limits watched"),
    version="1.0",
    icon="scale",
    settings=settings_schema(CASEWORK.kinds),
    permissions=(
        Permission("legal_aid.review", _("Handle cases of legal aid"), ("caseworker", "zone_admin"), local=True),
        Permission("legal_aid.decide", _("Decide on legal aid"), ("zone_admin",), local=True),
        Permission("legal_aid.view_figures", _("See the figures of legal aid"), ("caseworker", "zone_admin"), local=True),
    ),
    entries=(Entry(_("Legal aid"), "legal_aid.home", "scale"),),
    menu=(
        Entry(_("Cases of legal aid"), "console_legal_aid.queue_list", "scale", "legal_aid.review",
              badge="app.modules.legal_aid.providers:CASES.waiting_for_actor"),
    ),
    blocks=(Block("legal_aid.entry", _("Legal aid"), "app.modules.legal_aid.providers:CASES.entry", EntrySettings, icon="scale"),),
    notifications=(
        *shared_notices("legal_aid"),
        _notice("received", _("Case of legal aid received"), ("您的事项已收到", "We have received your case"),
                ("您的事项 {number} 已收到，承诺的答复时间可在事项页面查看。",
                 "We have received your case {number}. Its page shows by when we will answer."), leaves_the_house=False),
        _notice("draft_ends", _("Unfinished case of legal aid will be deleted"),
                ("未提交的事项即将删除", "Your unfinished case will be deleted"),
                ("您有一份事项填写后一直未提交，{day} 后将被删除。如需保留，请打开继续填写并保存。",
                 "You began a case and did not send it. It will be deleted after {day}. To keep it, open it and save it again."),
                leaves_the_house=False),
        _notice("late", _("Answer of legal aid delayed"), ("您的事项答复延期", "We are late"),
                ("您的事项 {number} 未能在承诺的 {day} 前答复，我们已提醒经办人员尽快办理。您无需重新提交。",
                 "We promised to answer your case {number} by {day} and have not. You need not do anything."), leaves_the_house=False),
        _notice("pause", _("Case of legal aid paused"), ("您的事项暂停计时", "Your case is paused"),
                ("您的事项 {number} 暂停计算答复期限，原因请打开事项页面查看；法定期限不受影响。",
                 "What we promised on your case {number} waits. Its page gives the reason; time limits of the law run on."),
                leaves_the_house=False),
        _notice("resume", _("Case of legal aid goes on"), ("您的事项恢复办理", "Your case goes on"),
                ("您的事项 {number} 已恢复办理，新的答复时间可在事项页面查看。",
                 "Your case {number} goes on. Its page shows by when we will answer now."), leaves_the_house=False),
        _notice("move_day", _("Promised day or time limit of a case moved"), ("您的事项日期有调整", "A day of your case moved"),
                ("因节假日安排调整，您的事项 {number} 原定 {before} 的日期改为 {day}。",
                 "The holiday calendar has changed: a day of your case {number} moved from {before} to {day}.")),
        _notice("limit_near", _("Time limit near"), ("法定期限临近", "A time limit is near"),
                ("您的事项 {number} 有一项法定期限将于 {day} 届满，请打开事项页面查看。",
                 "A time limit of your case {number} ends on {day}. Please open its page.")),
        _notice("limit_over", _("Time limit over"), ("法定期限已届满", "A time limit is over"),
                ("按您填写的日期，您的事项 {number} 有一项法定期限已于 {day} 届满。期限可能曾经中断，请尽快与经办人员联系。",
                 "By the days you told us, a time limit of your case {number} ended on {day}. Please talk to us soon.")),
        _notice("opened", _("Case of legal aid opened by somebody else"), ("有工作人员查阅了您的事项", "Somebody else opened your case"),
                ("一位未参与办理的工作人员说明理由后查阅了您的事项 {number}，理由可在事项页面查看。",
                 "Somebody of the staff who has no part in your case {number} opened it for a reason. Its page tells you why.")),
        _notice("returned", _("Case of legal aid returned"), ("您的事项需要补充", "Please complete your case"),
                ("您的事项 {number} 需要补充后重新提交，请查看说明。",
                 "Your case {number} needs something more from you. Please read what is missing.")),
        _notice("answered", _("Question answered"), ("您的提问已答复", "Your question was answered"),
                ("您的提问 {number} 已答复，请打开事项页面查看；如还有疑问，可以继续追问。",
                 "Your question {number} was answered. Its page has the answer; you can ask again there.")),
        _notice("accepted", _("Legal aid granted"), ("您的申请已受理", "The union aids you"),
                ("您的申请 {number} 已获批准，工会将为您提供援助，进展请打开事项页面查看。",
                 "Your application {number} was granted: the union aids you. Its page tells how it goes on.")),
        _notice("refused", _("Legal aid refused"), ("您的申请未获批准", "Your application was refused"),
                ("您的申请 {number} 未获批准，理由请打开事项页面查看。",
                 "Your application {number} was refused. Its page gives the reasons.")),
        _notice("news", _("News on a case of legal aid"), ("您的事项有新进展", "There is news on your case"),
                ("您的事项 {number} 有新进展，请打开事项页面查看。", "There is news on your case {number}. Its page has it.")),
        _notice("message", _("Message about a case of legal aid"), ("您有一条新留言", "You have a new message"),
                ("工会经办人员就您的事项 {number} 给您留言，请打开事项页面查看。",
                 "The case handler has written to you about your case {number}. Its page shows the message.")),
        _notice("concluded", _("Case of legal aid concluded"), ("您的事项已办结", "Your case is concluded"),
                ("您的事项 {number} 已办结，结果请打开事项页面查看。",
                 "Your case {number} is concluded. Its page tells what came of it.")),
    ),
    figures=(
        Figure("legal_aid.waiting", _("Cases waiting"), "app.modules.legal_aid.providers:CASES.untaken",
               "legal_aid.view_figures", "console_legal_aid.queue_list"),
        Figure("legal_aid.urgent", _("Urgent cases"), "app.modules.legal_aid.providers:CASES.urgent",
               "legal_aid.view_figures", "console_legal_aid.queue_list"),
        Figure("legal_aid.in_hand", _("Cases in hand"), "app.modules.legal_aid.providers:CASES.in_hand",
               "legal_aid.view_figures", "console_legal_aid.queue_list"),
        Figure("legal_aid.late", _("Cases overdue"), "app.modules.legal_aid.providers:CASES.late",
               "legal_aid.view_figures", "console_legal_aid.queue_list"),
        Figure("legal_aid.over", _("Ended this month"), "app.modules.legal_aid.providers:CASES.over_this_month",
               "legal_aid.view_figures", "console_legal_aid.queue_list"),
    ),
    looks=(
        Look("legal_aid.read", _("your case of legal aid"), folded=True),
        Look("legal_aid.break_glass", _("your case of legal aid, opened for a reason")),
        Look("legal_aid.read_paper", _("a paper of your case of legal aid")),
        Look("legal_aid.reveal", _("your name and mobile number in your case of legal aid")),
        Look("legal_aid.take_out", _("your whole case of legal aid, taken out as an archive")),
    ),
)  # fmt: skip
