"""What members are told of their benefits. Of many at once, so in the inbox alone: an SMS to each would cost more than it says."""

from flask_babel import lazy_gettext as _

from app.core.modules import NotificationKind

BEANS_ARRIVED = NotificationKind(
    key="benefits.beans_arrived",
    title=_("Beans have arrived"),
    subject={"zh_CN": "福利豆到账：{title}", "en": "Beans for you: {title}"},
    body={"zh_CN": "工会向您发放了 {amount} 颗福利豆（{title}），有效期至 {day}。",
          "en": "Your union gave you {amount} beans ({title}). They are good until {day}."},
    channels=("inbox",),
)  # fmt: skip
BEANS_EXPIRE = NotificationKind(
    key="benefits.beans_expire",
    title=_("Beans soon expire"),
    subject={"zh_CN": "福利豆即将到期：{title}", "en": "Beans soon expire: {title}"},
    body={"zh_CN": "您的 {amount} 颗福利豆（{title}）最后使用日是 {day}，过后退回工会，请及时使用。",
          "en": "{amount} of your beans ({title}) can be spent through {day}. After that they go back to the union."},
    channels=("inbox",),
)  # fmt: skip
BEANS_RECLAIMED = NotificationKind(
    key="benefits.beans_reclaimed",
    title=_("Beans were taken back"),
    subject={"zh_CN": "福利豆已收回：{title}", "en": "Beans were taken back: {title}"},
    body={"zh_CN": "工会收回了您未使用的 {amount} 颗福利豆（{title}）。原因：{reason}",
          "en": "Your union took back {amount} unspent beans ({title}). Reason: {reason}"},
    channels=("inbox",),
)  # fmt: skip
VOUCHERS_EXPIRE = NotificationKind(
    key="benefits.vouchers_expire",
    title=_("Vouchers soon expire"),
    subject={"zh_CN": "券即将到期：{title}", "en": "A voucher soon expires: {title}"},
    body={"zh_CN": "您的“{title}”最后使用日是 {day}，请及时使用。可在“我的—我的福利”查看。",
          "en": "“{title}” is good through {day}. You find it under Me, My benefits."},
    channels=("inbox",),
)  # fmt: skip
VOUCHERS_EXTENDED = NotificationKind(
    key="benefits.vouchers_extended",
    title=_("Vouchers were extended"),
    subject={"zh_CN": "券已延期：{title}", "en": "A voucher was extended: {title}"},
    body={"zh_CN": "您的“{title}”最后使用日延长至 {day}。原因：{reason}",
          "en": "“{title}” is good through {day} now. Reason: {reason}"},
    channels=("inbox",),
)  # fmt: skip
VOUCHER_VOID = NotificationKind(
    key="benefits.voucher_void",
    title=_("A voucher was made void"),
    subject={"zh_CN": "券已作废：{title}", "en": "A voucher was made void: {title}"},
    body={"zh_CN": "您的“{title}”已被工会作废。原因：{reason}",
          "en": "Your union made “{title}” void. Reason: {reason}"},
    channels=("inbox",),
)  # fmt: skip
CONNECT_WECHAT = NotificationKind(
    key="benefits.connect_wechat",
    title=_("A WeChat coupon waits for your WeChat"),
    subject={"zh_CN": "绑定微信领取：{title}", "en": "Connect WeChat for: {title}"},
    body={"zh_CN": "工会向您发放了“{title}”。请在 {day} 前绑定微信，绑定后自动进入微信卡包。",
          "en": "Your union gave you “{title}”. Connect your WeChat by {day}, and it goes into your card holder there by itself."},
    channels=("inbox",),
)  # fmt: skip
COUPON_REFUSED = NotificationKind(
    key="benefits.coupon_refused",
    title=_("WeChat did not take a coupon"),
    subject={"zh_CN": "微信未能发放：{title}", "en": "WeChat did not take: {title}"},
    body={"zh_CN": "“{title}”未能进入您的微信，券已作废。原因：{reason}",
          "en": "“{title}” could not go into your WeChat and is void. Reason: {reason}"},
    channels=("inbox",),
)  # fmt: skip
KINDS = (
    CONNECT_WECHAT,
    COUPON_REFUSED,
    BEANS_ARRIVED,
    BEANS_EXPIRE,
    BEANS_RECLAIMED,
    VOUCHERS_EXPIRE,
    VOUCHERS_EXTENDED,
    VOUCHER_VOID,
)
