"""What kinds of questions and degrees of difficulty are called, on pages and in sheets."""

from flask_babel import lazy_gettext as _

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
KINDS = {SINGLE: _("Single choice"), MULTIPLE: _("Multiple choice"), TRUE_FALSE: _("True or false")}
DIFFICULTIES = {"easy": _("Easy"), "medium": _("Medium"), "hard": _("Hard")}

WRITTEN_KINDS = {
    "单选": SINGLE, "单选题": SINGLE, "single": SINGLE, "多选": MULTIPLE, "多选题": MULTIPLE, "multiple": MULTIPLE,
    "判断": TRUE_FALSE, "判断题": TRUE_FALSE, "true_false": TRUE_FALSE,
}  # fmt: skip
WRITTEN_DIFFICULTIES = {
    "": "medium", "易": "easy", "简单": "easy", "easy": "easy", "中": "medium", "中等": "medium", "一般": "medium",
    "medium": "medium", "难": "hard", "困难": "hard", "hard": "hard",
}  # fmt: skip
TRUE_WORDS = ("对", "正确", "是", "√", "true", "t", "a")
FALSE_WORDS = ("错", "错误", "否", "×", "false", "f", "b")


def letter_of(place: int) -> str:
    """The letter of an option, `A` for the first."""
    return chr(ord("A") + place)


def answer_of(kind: str, right: int, number: int) -> str:
    """The right options of `number` as people write them: "AC", or 对 and 错."""
    if kind == TRUE_FALSE:
        return TRUE_WORDS[0] if right & 1 else FALSE_WORDS[0]
    return "".join(letter_of(place) for place in range(number) if right >> place & 1)
