"""Unified social credit codes (统一社会信用代码) after GB 32100-2015; trade unions have them too, beginning with 81."""

import re

from stdnum.cn import uscc

from app.core.halfwidth import fold

from .errors import IdentifierError

# Department, kind, region (6 digits), organisation (9), check; I, O, S, V and Z are not used.
# `uscc.validate` refuses letters in the first two places, which rural collectives (N) and others (A, Y) have.
_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def parse_uscc(text: str) -> str:
    """The normalised code; raises `IdentifierError`: `uscc_length`, `uscc_form`, `uscc_checksum`."""
    code = uscc.compact(fold(text))
    if len(code) != 18:
        raise IdentifierError("uscc_length", length=len(code))
    if not _FORM.fullmatch(code):
        raise IdentifierError("uscc_form")
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise IdentifierError("uscc_checksum")
    return code
