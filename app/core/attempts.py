"""What a form asks, tried: where it is refused nothing of it stays, and the page is shown again with what was typed."""

from types import TracebackType

from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish

NOT_WHOLE = 422


class Attempt:
    """`with Attempt(form) as attempt:` around what a form asks and the answer that says it is done.

    A refusal rolls back what was done and stands at its field in the form; what comes after shows the form, with `status`: the
    refusal's, or that of a form which was not filled in rightly. What is not found is no refusal.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.status = NOT_WHOLE

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, fault: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(fault, DomainError) or isinstance(fault, NotFound):
            return False
        finish(succeeded=False)
        self.form.refuse(fault)
        self.status = fault.status
        return True
