"""What help brings to a zone."""

from functools import partial

from flask_babel import lazy_gettext as _

from app.casework.notices import notice, shared_notices
from app.casework.settings import EntrySettings, settings_schema
from app.core.modules import Block, Entry, Figure, Look, Module, Permission, PersonalData
from app.modules.help.cases import CASEWORK

_notice = partial(notice, "help")

MODULE = Module(
    slug="help",
    title=_("Help in difficulty"),
    summary=_("Applications for help in hardship, illness, schooling and for the season, with papers, review and decision"),
    version="1.0",
    icon="heart-handshake",
    settings=settings_schema(CASEWORK.kinds),
    permissions=(
        Permission("help.review", _("Review applications for help"), ("caseworker", "zone_admin"), local=True),
        Permission("help.approve", _("Decide on applications for help"), ("zone_admin",), local=True),
        Permission("help.pay", _("Pay what help was granted"), ("cashier", "zone_admin"), local=True),
        Permission("help.note_standards", _("Note the low-income lines that calculations rest on"), ("city_admin",)),
        Permission("help.set_up_plans", _("Set up mutual-aid plans"), ("zone_admin",), local=True),
        Permission("help.enrol", _("Enrol members in mutual aid"), ("caseworker", "zone_admin"), local=True),
        Permission("help.retain", _("Keep and erase applications for help"), ("zone_admin",), local=True),
        Permission("help.view_figures", _("See the figures of help"), ("caseworker", "zone_admin"), local=True),
    ),
    entries=(
        Entry(_("Help in difficulty"), "help.home", "heart-handshake"),
        Entry(_("My mutual aid"), "help.covers", "shield-check", order=51),
    ),
    menu=(
        Entry(_("Applications for help"), "console_help.queue_list", "heart-handshake", "help.review",
              badge="app.modules.help.providers:CASES.waiting_for_actor"),
        Entry(_("Payments of help"), "console_help.payments", "coin", "help.pay"),
        Entry(_("Mutual aid"), "console_help.plans", "shield-check", "help.enrol"),
    ),
    city_menu=(Entry(_("Low-income lines"), "city_help.standards", "heart-handshake", "help.note_standards"),),
    blocks=(
        Block("help.entry", _("Help in difficulty"), "app.modules.help.providers:CASES.entry", EntrySettings,
              icon="heart-handshake"),
    ),
    notifications=(
        *shared_notices("help"),
        _notice("received", _("Application for help received"),
                ("帮扶申请已收到", "Your application was received"),
                ("您的申请 {number} 已收到，承诺的答复日期可在申请页面查看。",
                 ("We have received your application {number}. Its page shows the day by which we will "
                 "answer.")), leaves_the_house=False),
        _notice("late", _("Answer to an application for help delayed"),
                ("帮扶申请答复延期", "Our answer is late"),
                ("您的申请 {number} 未能在承诺的 {day} 前答复，我们已提醒经办人员尽快办理。申请仍然有效，您无需重新提交。",
                 ("We promised to answer your application {number} by {day} and have not. The case "
                 "handlers have been reminded. Your application stands; you need not do anything.")), leaves_the_house=False),
        _notice("draft_ends", _("Unfinished application for help will be deleted"),
                ("未提交的帮扶申请即将删除", "Your unfinished application will be deleted"),
                ("您有一份帮扶申请填写后一直未提交，{day} 后将被删除。如需保留，请打开继续填写并保存。",
                 ("You began an application for help and did not send it. It will be deleted after {day}. "
                 "To keep it, open it and save it again.")), leaves_the_house=False),
        _notice("pause", _("Application for help paused"),
                ("帮扶申请暂停计时", "Your application is paused"),
                ("您的申请 {number} 暂停计算答复期限，原因请打开申请页面查看。申请仍然有效。",
                 ("The promised day of your application {number} waits. Its page gives the reason. Your "
                 "application stands.")), leaves_the_house=False),
        _notice("resume", _("Application for help goes on"),
                ("帮扶申请恢复办理", "Your application goes on"),
                ("您的申请 {number} 已恢复办理，新的答复日期可在申请页面查看。",
                 "Your application {number} goes on. Its page shows the day by which we will answer now."), leaves_the_house=False),
        _notice("move_day", _("Promised day of an application for help moved"),
                ("帮扶申请的承诺日期有调整", "The promised day moved"),
                ("因节假日安排调整，您的申请 {number} 原定 {before} 的日期改为 {day}。",
                 "The holiday calendar has changed: the day of your application {number} moved from {before} to {day}."),
                leaves_the_house=False),
        _notice("erasure_granted", _("Application for help is erased"),
                ("您的帮扶申请将被删除", "Your application is being erased"),
                ("应您的请求，申请 {number} 的内容将在一天内删除，只保留不含个人信息的统计数据。",
                 "As you asked, your application {number} is erased within a day. Only numbers that lead to nobody stay."),
                leaves_the_house=False),
        _notice("erasure_refused", _("Application for help is not erased"),
                ("您的删除请求未予同意", "Your application is not erased"),
                ("您删除申请 {number} 的请求未予同意，依据和理由可在申请页面查看。",
                 "Your application {number} is not erased. Its page gives the law and the reason."), leaves_the_house=False),
        _notice("opened", _("Application for help opened by somebody else"),
                ("有工作人员查阅了您的申请", "Somebody else opened your application"),
                ("一位未参与办理的工作人员说明理由后查阅了您的申请 {number}，理由可在申请页面查看。",
                 ("Somebody of the staff who has no part in your application {number} opened it for a "
                 "reason. Its page tells you why."))),
        _notice("returned", _("Application for help returned"),
                ("帮扶申请需要补充", "Please complete your application"),
                ("您的申请 {number} 需要补充后重新提交，请查看说明。",
                 "Your application {number} needs something more from you. Please read what is missing.")),
        _notice("approved", _("Application for help approved"),
                ("帮扶申请已批准", "Your application was approved"),
                ("您的申请 {number} 已获批准，详情请打开申请页面查看。",
                 "Your application {number} was approved. Its page has the details.")),
        _notice("refused", _("Application for help refused"),
                ("帮扶申请未获批准", "Your application was refused"),
                ("您的申请 {number} 未获批准，原因请打开申请页面查看。",
                 "Your application {number} was refused. Its page gives the reasons.")),
        _notice("appealed", _("Appeal received"),
                ("申诉已收到", "Your appeal was received"),
                ("您对申请 {number} 的申诉已收到，承诺的答复日期可在申请页面查看。",
                 ("We have received your appeal on the application {number}. Its page shows the day by "
                 "which we will answer.")), leaves_the_house=False),
        _notice("changed", _("Appeal granted"),
                ("申诉结果已作出", "Your appeal was decided"),
                ("您对申请 {number} 的申诉已有结果，详情请打开申请页面查看。",
                 "Your appeal on the application {number} was decided. Its page has the details.")),
        _notice("upheld", _("Decision upheld on appeal"),
                ("申诉结果已作出", "Your appeal was decided"),
                ("您对申请 {number} 的申诉已有结果，详情请打开申请页面查看。",
                 "Your appeal on the application {number} was decided. Its page has the details.")),
        _notice("payment_stopped", _("Payment of help stopped"),
                ("帮扶资金暂停拨付", "The payment is stopped"),
                ("您的申请 {number} 的资金暂停拨付，原因可在申请页面查看。",
                 "The payment on your application {number} is stopped. Its page gives the reason.")),
        _notice("message", _("Message about an application for help"),
                ("您有一条新留言", "You have a new message"),
                ("工会经办人员就您的申请 {number} 给您留言，请打开申请页面查看。",
                 ("The case handler has written to you about your application {number}. Its page shows the "
                 "message."))),
    ),
    figures=(
        Figure("help.waiting", _("Applications waiting"), "app.modules.help.providers:CASES.untaken",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.in_review", _("Applications in review"), "app.modules.help.providers:CASES.in_hand",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.late", _("Applications overdue"), "app.modules.help.providers:CASES.late",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.due_soon", _("Applications due soon"), "app.modules.help.providers:CASES.due_soon",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.decided", _("Decided this month"), "app.modules.help.providers:CASES.decided_this_month",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.rating", _("Rating by applicants, of 5 stars"), "app.modules.help.providers:CASES.rating",
               "help.view_figures"),
    ),
    personal_data=(
        PersonalData("help_covers", export=("covered_from", "claims_from", "covered_until", "enrolled_at")),
    ),
    looks=(
        Look("help.read", _("your application for help"), folded=True),
        Look("help.break_glass", _("your application for help, opened for a reason")),
        Look("help.read_paper", _("a paper of your application for help")),
        Look("help.reveal", _("your name and mobile number in your application for help")),
        Look("help.reveal_account", _("your bank account for the payment")),
        Look("help.take_out", _("your whole application for help, taken out as an archive")),
    ),
)  # fmt: skip
