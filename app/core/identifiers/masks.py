"""What staff see of a member's identifiers: enough to recognise a person on the line, too little to use."""

from datetime import date


def mask_phone(phone: str) -> str:
    """`138****5678` of a mainland mobile number, with or without +86; of anything else the last two characters."""
    number = phone.removeprefix("+86")
    if len(number) == 11 and number.isascii() and number.isdigit():
        return f"{number[:3]}****{number[7:]}"
    return _masked(number, first=0, last=2)


def mask_account(number: str) -> str:
    """`**** 1234` of a bank account: the last four digits, by which its holder knows it."""
    return f"**** {number[-4:]}"


def mask_id_number(number: str) -> str:
    """`440*************12`: the province's three digits and the last two; never the birth date."""
    return _masked(number, first=3, last=2)


def mask_document(kind: str, number: str) -> str:
    """A resident ID as `mask_id_number`; of shorter documents the first character and the last two."""
    return mask_id_number(number) if kind == "resident_id" else _masked(number, first=1, last=2)


def mask_name(name: str) -> str:
    """`王*明` of 王小明, `王*` of 王明, `*` of one character: at most the first and the last character."""
    if len(name) < 3:
        return name[: len(name) - 1] + "*" * bool(name)
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_birth_date(day: date) -> str:
    """`1990-**-**`: the year alone."""
    return f"{day.year}-**-**"


def mask_email(address: str) -> str:
    """`w***@example.com`: the first character and the domain; '' of ''."""
    if not address:
        return ""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if len(name) > 1 else f"***{at}{domain}"


def _masked(text: str, *, first: int, last: int) -> str:
    """At least half of a text is hidden; a text too short for that is hidden whole."""
    hidden = len(text) - first - last
    if hidden < first + last:
        return "*" * len(text)
    return text[:first] + "*" * hidden + text[len(text) - last :]
