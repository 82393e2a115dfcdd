"""Numbers of identity documents other than the resident card; only their form can be checked."""

import re

from app.core.halfwidth import fold

from .errors import IdentifierError
from .resident_id import parse_resident_id

_FORMS = {
    # Issued by some two hundred states: letters and digits, at least one digit; lengths differ.
    "passport": re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,17}"),
    # 港澳居民来往内地通行证: H or M, eight digits, formerly two more for the issue.
    "hk_macao_permit": re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    # 台湾居民来往大陆通行证: eight digits, formerly ten with an optional letter.
    "taiwan_permit": re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    # 外国人永久居留身份证: 15 characters until 2023, 18 digits beginning with 9 since.
    "permanent_residence": re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
}
DOCUMENT_KINDS = ("resident_id", *_FORMS)


def parse_document(kind: str, text: str) -> str:
    """The normalised number (upper-case, without spaces) of a document of one of `DOCUMENT_KINDS`.

    Raises `IdentifierError`: `document_kind`, `document_form`, or those of `parse_resident_id`.
    """
    if kind == "resident_id":
        return parse_resident_id(text).number
    form = _FORMS.get(kind)
    if form is None:
        raise IdentifierError("document_kind")
    number = fold(text).replace(" ", "").upper()
    if not form.fullmatch(number):
        raise IdentifierError("document_form")
    return number
