"""What the two channels accept, and whom they can't reach."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_PER_CALL = 1_000
_PHONE = re.compile(r"(?:\+86)?1[3-9][0-9]{9}")
_ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")
_BAD_PHONES = {"99990": "unknown_number", "99991": "blocked", "99992": "busy"}
_BAD_ADDRESSES = {"unknown@": "unknown_address", "blocked@": "blocked", "busy@": "busy"}


@dataclass(frozen=True, slots=True)
class Channel:
    """`fields` of a message with their types; `judge` gives '' or the code of a refusal of a receiver."""

    name: str
    receiver: str
    fields: Mapping[str, type]
    judge: Callable[[str], str]

    def fault_in(self, message: Any) -> str:
        """'' or what is wrong with the form of a message."""
        if not isinstance(message, dict):
            return "a message is an object"
        for field, kind in {"id": str, **self.fields}.items():
            if not isinstance(message.get(field), kind):
                return f"{field} is missing or of the wrong type"
        if unknown := set(message) - {"id", *self.fields}:
            return f"unknown field {min(unknown)}"
        return "" if 0 < len(message["id"]) <= 100 else "id has 1 to 100 characters"


def judge_phone(phone: str) -> str:
    return _BAD_PHONES.get(phone[-5:], "") if _PHONE.fullmatch(phone) else "invalid_number"


def judge_address(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        return "invalid_address"
    return next((code for start, code in _BAD_ADDRESSES.items() if address.startswith(start)), "")


def same_receiver(receiver: str) -> str:
    """One spelling for looking up: phones without +86, addresses in lower case."""
    return receiver.strip().removeprefix("+86").lower()


SMS = Channel("sms", "phone", {"phone": str, "template": str, "params": dict}, judge_phone)
EMAIL = Channel("email", "to", {"to": str, "subject": str, "text": str}, judge_address)
