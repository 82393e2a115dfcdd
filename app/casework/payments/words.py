"""What states of orders, batches and lines are called, and their colours."""

from flask_babel import lazy_gettext as _

from app.casework.payments.batches import DISSOLVED, MADE, RELEASED
from app.casework.payments.outcomes import FAILED, PAID, RETURNED
from app.casework.payments.states import OrderState
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
    MADE: _("To be checked"),
    RELEASED: _("Released"),
    DISSOLVED: _("Dissolved"),
}
BATCH_COLOURS = {MADE: "warning", RELEASED: "success", DISSOLVED: "neutral"}
WAITING = "waiting"
OUTCOME_TITLES: dict[str, Text] = {
    WAITING: _("No answer yet"),
    PAID: _("Paid"),
    FAILED: _("Refused by the bank"),
    RETURNED: _("Came back from the bank"),
    "dropped": _("Batch dissolved"),
}
OUTCOME_COLOURS = {WAITING: "info", PAID: "success", FAILED: "danger", RETURNED: "danger", "dropped": "neutral"}
