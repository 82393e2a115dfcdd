"""What help brings to a zone."""

from flask_babel import lazy_gettext as _

from app.casework.settings import settings_schema
from app.core.modules import Block, Entry, Figure, Look, MailWords, Module, NotificationKind, Permission
from app.modules.help.blocks import EntrySettings
from app.modules.help.cases import CASEWORK

# An SMS may be read over a shoulder or on the employer's phone: it says that there is news, not what about.
SMS = {
    "zh_CN": "【{zone}】您的业务（{number}）有新进展，请登录查看。",
    "en": "[{zone}] There is news on your request {number}. Please sign in to read it.",
}
# So may an e-mail, which often goes to an address of the employer's.
EMAIL = MailWords(
    subject={"zh_CN": "【{zone}】您的业务有新进展", "en": "[{zone}] There is news on your request"},
    body=SMS,
)
CHANNELS = ("inbox", "sms", "email")

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
        Permission("help.view_figures", _("See the figures of help"), ("caseworker", "zone_admin"), local=True),
    ),
    entries=(Entry(_("Help in difficulty"), "help.home", "heart-handshake"),),
    menu=(
        Entry(_("Applications for help"), "console_help.queue_list", "heart-handshake", "help.review",
              badge="app.modules.help.figures:waiting_for_actor"),
    ),
    blocks=(
        Block("help.entry", _("Help in difficulty"), "app.modules.help.blocks:entry", EntrySettings,
              icon="heart-handshake"),
    ),
    notifications=(
        NotificationKind(
            "help.received",
            _("Application for help received"),
            subject={"zh_CN": "帮扶申请已收到", "en": "Your application was received"},
            body={
                "zh_CN": "您的申请 {number} 已收到，承诺的答复日期可在申请页面查看。",
                "en": "We have received your application {number}. Its page shows the day by which we will answer.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.late",
            _("Answer to an application for help delayed"),
            subject={"zh_CN": "帮扶申请答复延期", "en": "Our answer is late"},
            body={
                "zh_CN": "您的申请 {number} 未能在承诺的 {day} 前答复，我们已提醒经办人员尽快办理。申请仍然有效，您无需重新提交。",
                "en": "We promised to answer your application {number} by {day} and have not. The case handlers have been"
                      " reminded. Your application stands; you need not do anything.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.draft_ends",
            _("Unfinished application for help will be deleted"),
            subject={"zh_CN": "未提交的帮扶申请即将删除", "en": "Your unfinished application will be deleted"},
            body={
                "zh_CN": "您有一份帮扶申请填写后一直未提交，{day} 后将被删除。如需保留，请打开继续填写并保存。",
                "en": "You began an application for help and did not send it. It will be deleted after {day}. To keep it,"
                      " open it and save it again.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.pause",
            _("Application for help paused"),
            subject={"zh_CN": "帮扶申请暂停计时", "en": "Your application is paused"},
            body={
                "zh_CN": "您的申请 {number} 暂停计算答复期限，原因请打开申请页面查看。申请仍然有效。",
                "en": "The promised day of your application {number} waits. Its page gives the reason. Your application"
                      " stands.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.resume",
            _("Application for help goes on"),
            subject={"zh_CN": "帮扶申请恢复办理", "en": "Your application goes on"},
            body={
                "zh_CN": "您的申请 {number} 已恢复办理，新的答复日期可在申请页面查看。",
                "en": "Your application {number} goes on. Its page shows the day by which we will answer now.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.opened",
            _("Application for help opened by somebody else"),
            subject={"zh_CN": "有工作人员查阅了您的申请", "en": "Somebody else opened your application"},
            body={
                "zh_CN": "一位未参与办理的工作人员说明理由后查阅了您的申请 {number}，理由可在申请页面查看。",
                "en": "Somebody of the staff who has no part in your application {number} opened it for a reason. Its page tells"
                      " you why.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.returned",
            _("Application for help returned"),
            subject={"zh_CN": "帮扶申请需要补充", "en": "Please complete your application"},
            body={
                "zh_CN": "您的申请 {number} 需要补充后重新提交，请查看说明。",
                "en": "Your application {number} needs something more from you. Please read what is missing.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.approved",
            _("Application for help approved"),
            subject={"zh_CN": "帮扶申请已批准", "en": "Your application was approved"},
            body={
                "zh_CN": "您的申请 {number} 已获批准，详情请打开申请页面查看。",
                "en": "Your application {number} was approved. Its page has the details.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.refused",
            _("Application for help refused"),
            subject={"zh_CN": "帮扶申请未获批准", "en": "Your application was refused"},
            body={
                "zh_CN": "您的申请 {number} 未获批准，原因请打开申请页面查看。",
                "en": "Your application {number} was refused. Its page gives the reasons.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.appealed",
            _("Appeal received"),
            subject={"zh_CN": "申诉已收到", "en": "Your appeal was received"},
            body={
                "zh_CN": "您对申请 {number} 的申诉已收到，承诺的答复日期可在申请页面查看。",
                "en": "We have received your appeal on the application {number}. Its page shows the day by which we will answer.",
            },
            channels=("inbox",),
        ),
        NotificationKind(
            "help.changed",
            _("Appeal granted"),
            subject={"zh_CN": "申诉结果已作出", "en": "Your appeal was decided"},
            body={
                "zh_CN": "您对申请 {number} 的申诉已有结果，详情请打开申请页面查看。",
                "en": "Your appeal on the application {number} was decided. Its page has the details.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.upheld",
            _("Decision upheld on appeal"),
            subject={"zh_CN": "申诉结果已作出", "en": "Your appeal was decided"},
            body={
                "zh_CN": "您对申请 {number} 的申诉已有结果，详情请打开申请页面查看。",
                "en": "Your appeal on the application {number} was decided. Its page has the details.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
        NotificationKind(
            "help.message",
            _("Message about an application for help"),
            subject={"zh_CN": "您有一条新留言", "en": "You have a new message"},
            body={
                "zh_CN": "工会经办人员就您的申请 {number} 给您留言，请打开申请页面查看。",
                "en": "The case handler has written to you about your application {number}. Its page shows the message.",
            },
            sms=SMS,
            email=EMAIL,
            channels=CHANNELS,
        ),
    ),
    figures=(
        Figure("help.waiting", _("Applications waiting"), "app.modules.help.figures:untaken",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.in_review", _("Applications in review"), "app.modules.help.figures:in_hand",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.late", _("Applications overdue"), "app.modules.help.figures:late",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.due_soon", _("Applications due soon"), "app.modules.help.figures:due_soon",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.decided", _("Decided this month"), "app.modules.help.figures:decided_this_month",
               "help.view_figures", "console_help.queue_list"),
        Figure("help.rating", _("Rating by applicants, of 5 stars"), "app.modules.help.figures:rating",
               "help.view_figures"),
    ),
    looks=(
        Look("help.read", _("your application for help"), folded=True),
        Look("help.break_glass", _("your application for help, opened for a reason")),
        Look("help.read_paper", _("a paper of your application for help")),
        Look("help.reveal", _("your name and mobile number in your application for help")),
        Look("help.take_out", _("your whole application for help, taken out as an archive")),
    ),
)  # fmt: skip
