"""What can be wrong with one row of a roster, in words a person can act on. No sentence repeats a personal number."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.core.coded_error import N_, CodedError
from app.core.identifiers import IdentifierError
from app.core.sheets import SheetError
from app.members.roster.headings import HeadingError

MESSAGES = {
    "name_missing": N_("The name is missing."),
    "name_form": N_("A name has letters only, at most 60."),
    "nothing_to_recognise": N_("Without an ID number or a mobile number nobody could recognise this person again."),
    "digits_lost": N_("Excel has rounded this number, its last digits are lost: format the column as text and type it again."),
    "formula_error": N_("The cell holds an Excel error instead of a value."),
    "formula_unsaved": N_("The cell holds a formula whose result was not saved: open the file in Excel or WPS and save it again, or paste the value."),
    "gender_form": N_("The gender is 男 or 女."),
    "gender_differs": N_("The gender does not agree with the ID number."),
    "date_form": N_("This is not a date. Write it like 1990-01-31."),
    "date_future": N_("The date lies in the future."),
    "birth_date_differs": N_("The birth date does not agree with the ID number."),
    "email_form": N_("This is not an e-mail address."),
    "too_long": N_("The text is too long: at most %(limit)s characters."),
    "markup": N_("The text holds characters that are not allowed here: < or >."),
    "union_unknown": N_("No union of this zone has this name or credit code."),
    "union_ambiguous": N_("Several unions of this zone have this name: give the unified social credit code instead."),
    "no_union": N_("The row names no union, and the one chosen for such rows takes nobody in any more."),
    "same_document": N_("The same ID number stands in line %(line)s."),
    "same_phone_and_name": N_("The same name and mobile number stand in line %(line)s."),
    "same_person": N_("This is the person of line %(line)s."),
    "no_member": N_("No member of this zone’s unions has this name and number."),
    "name_differs": N_("The member with this number has another name."),
    "nobody_named": N_("The row says nobody: give name and mobile number, the membership number, or the ID number."),
    "several_with_number": N_("Several members have this membership number: give the ID number."),
    "other_union": N_("The member does not belong to the union this is for."),
    "whole_number": N_("This is not a whole number above zero."),
    "tag_form": N_("A tag has letters and digits, at most 20."),
    "several_people": N_("Several members have this name and mobile number: add the ID number."),
    "number_changed": N_("A member of this name has changed their mobile number. If it is them, give the present number; if it is somebody else, add the ID number."),
    "not_from_a_list": N_("This row can’t be taken from a list. Please have the person join by themselves, or ask the city federation."),
    "document_differs": N_("A member with this name and mobile number has another ID number. Two people? Then one needs another mobile number. One person? Then have the record corrected first."),
    "transfer_needed": N_("This person is an active member of a union outside this zone: a transfer is needed."),
    "changed_meanwhile": N_("The record was changed after the file was checked. Nothing was written: check the file again."),
    "appeared_meanwhile": N_("Somebody else added this person after the file was checked. Nothing was written: check the file again."),
    "not_written": N_("This row contradicts another record. Nothing of it was written: check the file again."),
    "touched": N_("The record was changed after the import and stays as it is."),
    "verified": N_("The person was verified after the import and stays."),
    "proved": N_("The person has signed in with this mobile number since the import, and it stays."),
    "in_use": N_("The person has used the platform since the import: the membership has ended, the record stays."),
}  # fmt: skip
FAULTS: tuple[type[CodedError], ...] = (IdentifierError, SheetError, HeadingError)
"""The refusals a roster can meet on its way in, which bring their own sentences."""
KNOWN = (MESSAGES, *(fault.MESSAGES for fault in FAULTS))


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal of one row: `cell` is like C17 (or empty when the whole row is meant)."""

    code: str
    cell: str = ""
    params: dict[str, Any] | None = None

    def to_json(self) -> list[Any]:
        return [self.code, self.cell, self.params or {}]


def sentence(code: str, params: dict[str, Any] | None = None) -> str:
    """A refusal's sentence in the reader's language."""
    message = next((known[code] for known in KNOWN if code in known), code)
    return gettext(message) % (params or {})
