"""Which column says what, by the headings people use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.coded_error import N_, CodedError

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "会员姓名", "职工姓名", "名字", "name", "full name", "member name"),
    "gender": ("性别", "gender", "sex"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日", "birth date", "date of birth", "birthday"),
    "id_kind": ("证件类型", "证件类别", "证件种类", "id type", "id kind", "document type"),
    "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码", "居民身份证号", "居民身份证号码", "证件号码", "证件号",
                  "id number", "id no", "identity number", "id card number"),
    "phone": ("手机号", "手机号码", "联系电话", "电话", "电话号码", "移动电话", "手机", "联系方式", "本人手机号码",
              "phone", "mobile", "phone number", "mobile number"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "email", "e-mail"),
    "education": ("学历", "文化程度", "最高学历", "education"),
    "union": ("工会名称", "所属工会", "所在工会", "基层工会", "工会", "所属工会名称", "基层工会名称", "所属基层工会", "工会组织",
              "union", "union name"),
    "member_number": ("会员证号", "会员编号", "会员号", "会员证编号", "会员卡号", "member number", "membership number"),
    "position": ("职务", "工会职务", "岗位", "职位", "position", "job title"),
    "joined_on": ("入会时间", "入会日期", "加入工会时间", "入会年月", "joined on", "join date", "date joined"),
}  # fmt: skip
_NOISE = re.compile(r"[\s*＊:：_\-/]|（[^）]*）|\([^)]*\)")


def _by_heading(fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {_NOISE.sub("", heading).lower(): field for field, headings in fields.items() for heading in headings}


_BY_HEADING = _by_heading(HEADINGS)
_COUNTING = frozenset({"序号", "编号", "no", "no."})


class HeadingError(CodedError):
    """The sheet lacks a column without which no row can be used, or has one twice."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "no_name_column": N_("There is no column with the heading 姓名 (name). Found: %(found)s."),
        "no_identity_column": N_(
            "There is neither a column 身份证号 (ID number) nor one 手机号 (mobile number). Found: %(found)s."
        ),
        "no_member_column": N_(
            "No column says who is meant: 姓名 (name) together with 手机号 (mobile number), or 会员证号 (membership number), or 身份证号 (ID number). Found: %(found)s."
        ),
        "no_such_column": N_("There is no column with the heading %(heading)s. Found: %(found)s."),
        "column_twice": N_("The columns “%(first)s” and “%(second)s” mean the same: keep one of them."),
    }


@dataclass(frozen=True, slots=True)
class Columns:
    """`places` gives the index of each of our fields, `headings` what the file calls it; `ignored` are all others."""

    places: dict[str, int]
    headings: dict[str, str]
    ignored: tuple[str, ...]


def recognise(headers: Sequence[str]) -> Columns:
    """The columns of a roster; raises `HeadingError`: `no_name_column`, `no_identity_column`, `column_twice`."""
    columns = find_columns(headers)
    found = "、".join(filter(None, headers))
    if "name" not in columns.places:
        raise HeadingError("no_name_column", found=found)
    if "id_number" not in columns.places and "phone" not in columns.places:
        raise HeadingError("no_identity_column", found=found)
    return columns


def find_columns(headers: Sequence[str], more: Mapping[str, tuple[str, ...]] | None = None) -> Columns:
    """Find our fields, and `more` by their headings, in any order; asterisks, spaces and notes in brackets don't matter.

    Raises `HeadingError`: `column_twice`.
    """
    known = _BY_HEADING | _by_heading(more or {})
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, header in enumerate(headers):
        field = known.get(_NOISE.sub("", header).lower())
        if field is None:
            if header and header.lower() not in _COUNTING:
                ignored.append(header)
        elif field in places:
            raise HeadingError("column_twice", first=headers[places[field]], second=header)
        else:
            places[field] = place
    return Columns(places, {field: headers[place] for field, place in places.items()}, tuple(ignored))
