"""What tenancy refuses. Each is a defect of the calling code or an attack, never a user's mistake."""


class TenancyError(RuntimeError):
    """Base of all refusals of the tenancy layer."""


class NoScope(TenancyError):
    """Database work outside any scope."""


class NoZone(TenancyError):
    """Zone work in a scope that has no zone."""


class OpenTransaction(TenancyError):
    """Another scope was entered while a transaction of the present one was open."""


class NeedsDatabase(TenancyError):
    """A thread that must not wait for the database was about to."""


class ForeignZone(TenancyError):
    """A row of another zone was about to be written."""


class UnguardedStatement(TenancyError):
    """SQL on a zone's table that the guard can't confine, outside the named places."""


class UnsafeDatabaseRole(TenancyError):
    """The application's database role could bypass row-level security."""


class LifecycleError(TenancyError):
    """A step in a zone's life that its rules refuse. `code` is stable, `field` names the input at fault."""

    def __init__(self, code: str, field: str = "", **details: object) -> None:
        self.code = code
        self.field = field
        self.details = details
        super().__init__(code, details)
