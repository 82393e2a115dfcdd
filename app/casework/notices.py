"""What members are told of their cases. What leaves the house says that there is news, and never of what."""

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
