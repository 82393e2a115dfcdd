"""Pages for people: choosing who one is in WeChat, and the card holder, where one pays with a coupon."""

from collections.abc import Iterable
from html import escape

from .coupons import Coupon
from .stocks import STATES, Stock, usual

STATUS = {"SENDED": "可用", "USED": "已使用", "EXPIRED": "已过期"}


def _page(title: str, body: str) -> bytes:
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><h1>{escape(title)}</h1><p>沙箱里的微信：一切都是假的。 · A WeChat of the sandbox: nothing here is real.</p></header>
<main>{body}</main></body></html>""".encode()


def who_page(back: str, state: str) -> bytes:
    """Choosing who one is; the real WeChat knows, and asks nothing."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("redirect_uri", back), ("state", state))
    )
    return _page(
        "您是哪位微信用户？ · Who are you in WeChat?",
        f'<form method="get" action="/wechat/connect/oauth2/confirm">{hidden}<input name="name" value="" required maxlength="40"'
        ' placeholder="微信昵称，任填 · any nickname" aria-label="微信昵称 Nickname"><button>继续 · Go on</button></form>'
        "<p>blocked、limited：微信不发券给此人 · gets no coupons. snapshot：快照页访客 · a visitor of a snapshot.</p>",
    )


def holder_page(coupons: Iterable[Coupon]) -> bytes:
    """Everybody's coupons, the newest first."""
    rows = "".join(map(_row, coupons)) or "<li>还没有立减金。 · No coupon yet.</li>"
    return _page("微信卡包 · Card holder", f"<ol>{rows}</ol>")


def _row(coupon: Coupon) -> str:
    buttons = "".join(
        f'<form method="post" action="/wechat/coupons/{deed}"><input type="hidden" name="coupon_id" value="{coupon.coupon_id}">'
        f"<button>{title}</button></form>"
        for deed, title in (("use", "用它支付 · Pay with it"), ("expire", "让它过期 · Let it expire"))
    )
    return (
        f"<li><header><strong>批次 {escape(coupon.stock_id)}</strong><span>{STATUS[coupon.status]} · {coupon.status}</span></header>"
        f"<dl><dt>coupon_id</dt><dd>{coupon.coupon_id}</dd><dt>openid</dt><dd>{escape(coupon.openid)}</dd>"
        f"<dt>out_request_no</dt><dd>{escape(coupon.out_request_no)}</dd></dl>{buttons if coupon.status == 'SENDED' else ''}</li>"
    )


def stocks_page(stocks: Iterable[tuple[Stock, int]]) -> bytes:
    """The merchant's desk: its stocks with how many coupons of each were given, the newest first, and a form for one more."""
    rows = "".join(_stock(stock, given) for stock, given in stocks) or "<li>还没有批次。 · No stock yet.</li>"
    titles = {"stock_id": "批次号 stock_id", "value_cents": "面额（分）", "threshold_cents": "门槛（分）", "most": "发放总上限",
              "most_each": "每人限领", "first_day": "可用开始日", "last_day": "可用结束日"}  # fmt: skip
    known = usual("")
    boxes = "".join(
        f'<label>{title} <input name="{name}" value="{escape(str(known[name]))}" required></label> '
        for name, title in titles.items()
    )
    form = f'<form method="post" action="/wechat/stocks">{boxes}<button>制券 · Make it</button></form>'
    return _page("商户平台：代金券批次 · The merchant’s stocks", f"{form}<ol>{rows}</ol>")


def _stock(stock: Stock, given: int) -> str:
    options = "".join(f"<option{' selected' if each == stock.status else ''}>{each}</option>" for each in STATES)
    return (
        f"<li><header><strong>批次 {escape(stock.stock_id)}</strong><span>{stock.status}</span></header>"
        f"<dl><dt>面额</dt><dd>{stock.value_cents / 100:.2f}</dd><dt>门槛</dt><dd>{stock.threshold_cents / 100:.2f}</dd>"
        f"<dt>已发 / 上限</dt><dd>{given} / {stock.most}</dd><dt>每人</dt><dd>{stock.most_each}</dd>"
        f"<dt>可用</dt><dd>{escape(stock.first_day)} – {escape(stock.last_day)}</dd></dl>"
        f'<form method="post" action="/wechat/stocks"><input type="hidden" name="stock_id" value="{escape(stock.stock_id)}">'
        f'<select name="status" aria-label="状态 Status">{options}</select> <button>更改 · Change</button></form></li>'
    )
