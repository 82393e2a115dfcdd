"""Where payment orders, batches, their lines and notes of returned payments stand."""

from enum import StrEnum


class OrderState(StrEnum):
    """Where a payment order stands; one is `VOID` with the decision that ordered it."""

    DUE = "due"
    BATCHED = "batched"
    PAID = "paid"
    FAILED = "failed"
    STOPPED = "stopped"
    VOID = "void"


class BatchState(StrEnum):
    """Where a batch stands: released or dissolved, it never changes any more."""

    MADE = "made"
    RELEASED = "released"
    DISSOLVED = "dissolved"


class LineOutcome(StrEnum):
    """What became of an order in a batch: what the bank says of it, or `DROPPED` with the batch."""

    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    DROPPED = "dropped"


class ReturnState(StrEnum):
    """Where the note of a returned payment stands."""

    NOTED = "noted"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"
