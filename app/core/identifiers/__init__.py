"""Identifiers of people and organisations in China: checked, normalised, masked.

No refusal repeats the number it refuses: its sentences end up in logs and in sheets that are passed around.
"""

from .bank_accounts import parse_bank_account
from .documents import DOCUMENT_KINDS, parse_document
from .enterprises import parse_uscc
from .errors import IdentifierError
from .masks import mask_account, mask_birth_date, mask_document, mask_email, mask_id_number, mask_name, mask_phone
from .phones import national_form, parse_mobile
from .resident_id import ResidentId, check_character, parse_resident_id

__all__ = [
    "DOCUMENT_KINDS",
    "IdentifierError",
    "ResidentId",
    "check_character",
    "mask_account",
    "mask_birth_date",
    "mask_document",
    "mask_email",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "national_form",
    "parse_bank_account",
    "parse_document",
    "parse_mobile",
    "parse_resident_id",
    "parse_uscc",
]
