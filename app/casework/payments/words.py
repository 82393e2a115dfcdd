"""What states of orders, batches and lines are called, and their colours."""

from flask_babel import lazy_gettext as _

from app.casework.payments.states import BatchState, LineOutcome, OrderState
from app.core.modules import Text

STATE_TITLES: dict[str, Text] = {
    OrderState.DUE: _("Due"),
    OrderState.BATCHED: _("In a batch"),
    OrderState.PAID: _("Paid"),
    OrderState.FAILED: _("Refused by the bank"),
    OrderState.STOPPED: _("Stopped"),
    OrderState.VOID: _("Void"),
}
STATE_COLOURS: dict[str, str] = {
    OrderState.DUE: "warning",
    OrderState.BATCHED: "info",
    OrderState.PAID: "success",
    OrderState.FAILED: "danger",
    OrderState.STOPPED: "neutral",
    OrderState.VOID: "neutral",
}
BATCH_TITLES: dict[str, Text] = {
    BatchState.MADE: _("To be checked"),
    BatchState.RELEASED: _("Released"),
    BatchState.DISSOLVED: _("Dissolved"),
}
BATCH_COLOURS = {BatchState.MADE: "warning", BatchState.RELEASED: "success", BatchState.DISSOLVED: "neutral"}
WAITING = "waiting"
OUTCOME_TITLES: dict[str, Text] = {
    WAITING: _("No answer yet"),
    LineOutcome.PAID: _("Paid"),
    LineOutcome.FAILED: _("Refused by the bank"),
    LineOutcome.RETURNED: _("Came back from the bank"),
    LineOutcome.DROPPED: _("Batch dissolved"),
}
OUTCOME_COLOURS = {
    WAITING: "info",
    LineOutcome.PAID: "success",
    LineOutcome.FAILED: "danger",
    LineOutcome.RETURNED: "danger",
    LineOutcome.DROPPED: "neutral",
}
