"""A bank account as it is kept: sealed for its place, masked for pages."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from app.casework.sealing import seal_text, unseal_texts
from app.core.identifiers import mask_account, mask_name


@dataclass(frozen=True, slots=True)
class Payee:
    """A bank account; `holder_reason` says whose it is and why where it is not the member's."""

    bank_name: str
    account_number: str
    account_holder: str
    holder_reason: str = ""

    @property
    def masked_number(self) -> str:
        return mask_account(self.account_number)

    @property
    def masked_holder(self) -> str:
        return mask_name(self.account_holder)

    @property
    def tail(self) -> str:
        """The last four digits."""
        return self.account_number[-4:]


def seal_payee(table: str, column: str, row: UUID, payee: Payee) -> bytes:
    return seal_text(table, column, row, json.dumps(asdict(payee), ensure_ascii=False))


def unseal_payees(table: str, column: str, rows: list[tuple[UUID, bytes | None]]) -> list[Payee]:
    """The accounts in a column of many rows, in their order."""
    return [Payee(**json.loads(text)) for text in unseal_texts(table, column, rows)]
