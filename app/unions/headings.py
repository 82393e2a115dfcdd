"""Which column of a list of unions says what, and how kinds are called."""

import re
from collections.abc import Sequence

from app.core.coded_error import N_, CodedError

HEADINGS: dict[str, tuple[str, ...]] = {
    "parent": ("上级工会", "上级工会名称", "上级组织", "所属上级工会", "隶属工会", "parent", "parent union"),
    "name": ("工会名称", "工会全称", "组织名称", "名称", "name", "union", "union name"),
    "kind": ("类型", "工会类型", "组织类型", "类别", "工会类别", "kind", "type"),
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码", "工会法人统一社会信用代码", "uscc", "credit code"),
    "short_name": ("简称", "工会简称", "short name"),
}
KINDS: dict[str, tuple[str, ...]] = {
    "city": ("市总工会", "市级", "市", "城市", "city"),
    "county": ("县总工会", "区总工会", "县（市、区）总工会", "县区总工会", "县级", "县", "区", "县（市）区", "县(市、区)总工会", "county"),
    "industry": ("产业工会", "行业工会", "产业", "行业", "industry"),
    "town": ("乡镇工会", "街道工会", "乡镇（街道）工会", "乡镇(街道)工会", "镇街工会", "乡镇", "街道", "镇", "乡镇（街道）", "town"),
    "enterprise": ("企业工会", "企业", "基层工会", "基层", "enterprise"),
    "institution": ("机关工会", "事业单位工会", "机关事业单位工会", "机关", "事业单位", "机关事业单位", "institution"),
}  # fmt: skip
_NOISE = re.compile(r"[\s*＊:：_]|（(?:必填|选填)）|\((?:必填|选填)\)")
_BY_HEADING = {_NOISE.sub("", text).lower(): field for field, texts in HEADINGS.items() for text in texts}
BY_KIND = {text: kind for kind, texts in KINDS.items() for text in texts}


class UnionHeadingError(CodedError):
    """The sheet lacks a column, or has one twice."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "column_missing": N_("There is no column with the heading %(heading)s. Found: %(found)s."),
        "column_twice": N_("The columns “%(first)s” and “%(second)s” mean the same: keep one of them."),
    }


def recognise(headers: Sequence[str]) -> dict[str, int]:
    """The index of each of our fields; raises `UnionHeadingError`: `column_missing`, `column_twice`."""
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        field = _BY_HEADING.get(_NOISE.sub("", header).lower())
        if field is None:
            continue
        if field in places:
            raise UnionHeadingError("column_twice", first=headers[places[field]], second=header)
        places[field] = place
    for needed in ("parent", "name", "kind"):
        if needed not in places:
            found = "、".join(filter(None, headers))
            raise UnionHeadingError("column_missing", heading=HEADINGS[needed][0], found=found)
    return places
