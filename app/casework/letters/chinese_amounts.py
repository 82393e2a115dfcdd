"""Amounts of money in the capital numerals (大写) of cheques and official letters, which can't be altered by a stroke.

The rules are those of the People's Bank for filling in bills (《支付结算办法》附一: 正确填写票据和结算凭证的基本规定, 1997).
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
MOST_CENTS = 10_000**3 * 100 - 1


def chinese_amount(cents: int) -> str:
    """`人民币壹仟贰佰元整` of 120000 cents. Raises `ValueError` below nothing and from a trillion yuan on."""
    if not 0 <= cents <= MOST_CENTS:
        raise ValueError(f"{cents} cents can't be written as an amount")
    yuan, rest = divmod(cents, 100)
    whole = f"{_number(yuan)}元" if yuan or not rest else ""
    return f"人民币{whole}{_fraction(rest, follows=bool(yuan))}"


def _fraction(cents: int, *, follows: bool) -> str:
    if not cents:
        return "整"
    jiao, fen = divmod(cents, 10)
    tens = f"{DIGITS[jiao]}角" if jiao else "零" * follows
    return tens + (f"{DIGITS[fen]}分" if fen else "")


def _number(value: int) -> str:
    """A whole number; one 零 stands for all the zeros between two digits, none for those that end a group of four."""
    groups = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    written, gap = "", False
    for name, group in reversed(list(zip(GROUPS, groups, strict=False))):
        if group:
            written += DIGITS[0] * (bool(written) and (gap or group < 1000)) + _group(group) + name
        gap = not group
    return written or DIGITS[0]


def _group(value: int) -> str:
    """One to 9999, without the zeros before its first digit."""
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            written += DIGITS[0] * (bool(written) and gap) + DIGITS[digit] + PLACES[place]
        gap = not digit
    return written
