"""What members are told of their cases. What leaves the house says that there is news, and never of what."""

from flask_babel import lazy_gettext as _

from app.core.modules import MailWords, NotificationKind, Text

# An SMS may be read over a shoulder or on the employer's phone, and an e-mail often goes to an address of the employer's.
SMS = {
    "zh_CN": "【{zone}】您的业务（{number}）有新进展，请登录查看。",
    "en": "[{zone}] There is news on your request {number}. Please sign in to read it.",
}
EMAIL = MailWords(
    subject={"zh_CN": "【{zone}】您的业务有新进展", "en": "[{zone}] There is news on your request"},
    body=SMS,
)


def notice(
    module: str,
    key: str,
    title: Text,
    subject: tuple[str, str],
    body: tuple[str, str],
    *,
    leaves_the_house: bool = True,
) -> NotificationKind:
    """A notice `<module>.<key>` in Chinese and English; one that `leaves_the_house` goes by SMS and e-mail too."""
    return NotificationKind(
        f"{module}.{key}",
        title,
        subject={"zh_CN": subject[0], "en": subject[1]},
        body={"zh_CN": body[0], "en": body[1]},
        sms=SMS if leaves_the_house else None,
        email=EMAIL if leaves_the_house else None,
        channels=("inbox", "sms", "email") if leaves_the_house else ("inbox",),
    )


def shared_notices(module: str) -> tuple[NotificationKind, ...]:
    """The notices of a module that every kind of case has in the same words."""
    return (
        notice(module, "merged", _("Two cases made one"), ("您的两项业务已合并办理", "Two of your cases are one now"),
               ("您的业务 {number} 与 {other} 为同一事项，已并入 {other} 继续办理，您提交的内容全部保留。",
                "Your case {number} is about the same as {other} and goes on there. Everything you told and sent is kept."),
               leaves_the_house=False),
        notice(module, "recusal_granted", _("Objection to the handler was granted"),
               ("您的回避申请已获同意", "Somebody else deals with your case"),
               ("您对业务 {number} 提出的回避申请已获同意，原经办人不再参与办理，承诺的答复时间不变。",
                "Your objection was granted: the handler you objected to has no part in {number} any more. What was promised holds."),
               leaves_the_house=False),
        notice(module, "recusal_refused", _("Objection to the handler was refused"),
               ("您的回避申请未获同意", "The handler goes on with your case"),
               ("您对业务 {number} 提出的回避申请未获同意，请打开业务页面查看理由。",
                "Your objection to the handler of {number} was refused. Its page says why."), leaves_the_house=False),
        notice(module, "story", _("Question about the story of a case"), ("请您确认一篇案例故事", "May we tell your story?"),
               ("工会想把您的业务 {number} 写成案例故事发布，已隐去个人信息。请打开业务页面查看全文，由您决定是否同意。",
                ("The union would like to publish the story of your case {number}, without anything that leads to you. Its page has "
                "the whole text; you decide.")), leaves_the_house=False),
        notice(module, "handover_asked", _("Asked whether a case may go on at another union"),
               ("请确认是否转办", "May your case go on at another union?"),
               ("工会建议将您的业务 {number} 转由其他工会继续办理，需经您同意。请打开业务页面查看并答复；答复前仍在原工会办理。",
                "We propose that another union goes on with your case {number}. Its page tells which and why, and asks for your answer.")),
        notice(module, "handover_declined", _("Case stays where it is"),
               ("您的业务仍在原工会办理", "Your case stays where it is"),
               ("您的业务 {number} 未转出，仍由原工会继续办理，承诺的答复时间不变。",
                "Your case {number} was not handed over. It goes on where it is, and what was promised holds."),
               leaves_the_house=False),
        notice(module, "handed_over", _("Case goes on at another union"),
               ("您的业务已转办", "Your case goes on at another union"),
               ("您的业务 {number} 已转由本工会继续办理，新编号 {new}，承诺的答复时间不变。",
                "Your case {number} goes on here as {new}. What was promised holds.")),
    )  # fmt: skip
