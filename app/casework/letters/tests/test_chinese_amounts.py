import pytest

from app.casework.letters.chinese_amounts import MOST_CENTS, chinese_amount


@pytest.mark.parametrize(
    ("figures", "capitals"),
    [
        # examples of the rules themselves, in the forms they allow
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        # zeros
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角"),
        ("0.25", "贰角伍分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("100", "壹佰元整"),
        ("101", "壹佰零壹元整"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1200", "壹仟贰佰元整"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10100", "壹万零壹佰元整"),
        ("100000", "壹拾万元整"),
        ("110000", "壹拾壹万元整"),
        ("1000205.30", "壹佰万零贰佰零伍元叁角"),
        ("1001000", "壹佰万壹仟元整"),
        ("10000000", "壹仟万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100005000", "壹亿零伍仟元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1020304050.06", "壹拾亿贰仟零叁拾万肆仟零伍拾元零陆分"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_in_capitals(figures, capitals):
    whole, _, rest = figures.partition(".")
    assert chinese_amount(int(whole) * 100 + int(rest or "0")) == f"人民币{capitals}"


@pytest.mark.parametrize("cents", [-1, MOST_CENTS + 1])
def test_what_is_no_amount_is_refused(cents):
    with pytest.raises(ValueError, match="can't be written"):
        chinese_amount(cents)


def test_no_two_amounts_read_alike():
    amounts = [*range(20_000), *range(9_990_000, 10_020_000), *range(1_000_000_000, 1_000_300_000, 7)]
    assert len({chinese_amount(cents) for cents in amounts}) == len(amounts)
