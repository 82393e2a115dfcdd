"""Kinds of cases as modules declare them, in their `cases.py`: adding a kind is one declaration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from uuid import UUID

from app.casework.clocks import Clock, Unit
from app.casework.forms import CaseForm, FormVersions
from app.casework.own_features import OwnFeatures
from app.casework.public_notice.declarations import PublicNotice
from app.casework.states import StateTable, Who
from app.core.errors import NotFound
from app.core.module_settings import module_settings
from app.core.modules import Modules, Text
from app.core.platform import platform
from app.core.theming import current_document
from tenants.context import Actor

PART = "cases"
ANSWER = "answer"
"""The clock every kind has: by when the union promises to answer. A zone may set its length (`promise`)."""


CONTACT = "contact_phone"
"""The field every form has: where the applicant is reached."""


class CaseKindError(ValueError):
    """A declaration that no case could live by; the message names the kind and the fault."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agrees to before sensitive data is taken (PIPL art. 29: separate consent for sensitive data).

    A case keeps the version it was agreed to under, so a text is never edited: a new one gets a new version. `notice_shown_days`
    are the days for which its text lets a public notice that has ended still be shown.
    """

    version: str
    text: Text
    notice_shown_days: int = 0


@dataclass(frozen=True, slots=True)
class Counsel:
    """People from outside (律师) to whom cases are given: with the `permission`, they read those for which
    `is_assigned(case, account)` is true, as long as these are not over, and no others."""

    permission: str
    is_assigned: Callable[[UUID, UUID], bool]


@dataclass(frozen=True)
class CaseKind:
    """One kind of case.

    `key` is `<module>.<name>`, `number` begins the numbers of its cases. Of `consents` the last is in force; older ones, like
    older forms, stay for cases that were written on them. `review`, `decide` and, of one that grants money, `pay` are
    permissions of the module. One that `is_single` may be open once a member at a time; one whose decision `needs_two_people` is
    decided by another person than who recommended. One with a `public_notice` puts its grants on one. `counsel`
    are those from outside who may be given its cases. What was told is erased so many `kept_years` after its end. One that
    `has_own_promise` answers as soon as its clock says, whatever the zone sets. `own` is what it adds to what every case has.
    """

    key: str
    title: Text
    summary: Text
    icon: str
    number: str
    table: StateTable
    forms: FormVersions
    consents: tuple[Consent, ...]
    clocks: tuple[Clock, ...]
    review: str
    decide: str
    pay: str = ""
    most_cents: int | None = None
    is_single: bool = True
    needs_two_people: bool = True
    is_employer_blind: bool = False
    counsel: Counsel | None = None
    kept_years: int = 5
    public_notice: PublicNotice | None = None
    has_own_promise: bool = False
    own: OwnFeatures = field(default_factory=OwnFeatures)

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise CaseKindError(f"the kind {self.key!r}: " + "; ".join(faults))

    @property
    def module(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its key within the module."""
        return self.key.partition(".")[2]

    @property
    def form(self) -> CaseForm:
        """The form new cases are written on."""
        return self.forms.current

    @property
    def consent(self) -> Consent:
        return self.consents[-1]

    @cached_property
    def states_to_decide(self) -> tuple[str, ...]:
        """The states from which whoever decides goes on."""
        steps = (step for step in self.table.steps if step.who is Who.APPROVER)
        return tuple(sorted({source for step in steps for source in step.sources}))

    @cached_property
    def states_to_take(self) -> tuple[str, ...]:
        """The states in which a case waits to be taken."""
        steps = (step for step in self.table.steps if step.takes)
        return tuple(sorted({source for step in steps for source in step.sources if source != step.target}))

    @cached_property
    def consents_to_notice(self) -> tuple[str, ...]:
        """The versions of the consent that say of the public notice."""
        versions = [consent.version for consent in self.consents]
        return tuple(versions[versions.index(self.public_notice.since) :]) if self.public_notice else ()

    def consent_of(self, version: str) -> Consent:
        return next(consent for consent in self.consents if consent.version == version)

    def declared(self, key: str) -> Clock:
        """A clock as it is declared."""
        return next(clock for clock in self.clocks if clock.key == key)

    def clock(self, key: str) -> Clock:
        """A clock as it runs in the zone, whose settings say how many working days an answer may take."""
        declared = self.declared(key)
        if key != ANSWER or declared.unit is not Unit.WORKING_DAYS or self.has_own_promise:
            return declared
        return replace(declared, amount=module_settings(self.module)["promise_days"])


def _faults(kind: CaseKind) -> Iterable[str]:
    if not kind.module or not kind.name:
        yield "its key must be <module>.<name>"
    agreed = [consent.version for consent in kind.consents]
    if not agreed or len(set(agreed)) < len(agreed):
        yield "it needs a consent, and each version of it once"
    if CONTACT not in kind.form.known or not kind.form.known[CONTACT].is_required:
        yield f"its form must ask for {CONTACT!r}"
    clocks = {clock.key for clock in kind.clocks}
    if ANSWER not in clocks:
        yield f"it has no clock {ANSWER!r}: nothing would ever be late"
    moved = {key for step in kind.table.steps for key in (*step.starts, *step.stops, step.appeals_within) if key}
    yield from (f"no clock is called {key!r}" for key in sorted(moved - clocks))
    yield from _unclocked(kind)
    if bool(kind.pay) != any("amount_granted" in step.asks for step in kind.table.steps):
        yield f"it {'grants no money to pay' if kind.pay else 'grants money and says not who pays it'}"
    yield from _unannounced(kind, agreed)
    appeals = [step for step in kind.table.steps if step.appeals_within]
    yield from (
        f"{step.action!r} is an appeal, and those are the applicant's"
        for step in appeals
        if step.who is not Who.APPLICANT
    )


def _unclocked(kind: CaseKind) -> Iterable[str]:
    """Steps that hand a case to the union without a promise: it could wait there for ever."""
    for step in kind.table.steps:
        from_outside = any(not _is_open(kind, source) for source in step.sources)
        if _is_open(kind, step.target) and from_outside and not step.starts:
            yield f"{step.action!r} hands the case to the union and starts no clock"


def _unannounced(kind: CaseKind, agreed: list[str]) -> Iterable[str]:
    """What keeps grants of a kind from being put on public notice."""
    notice = kind.public_notice
    if notice is None:
        return
    if notice.since not in agreed:
        yield f"no consent has the version {notice.since!r}, which says of the public notice"
    if not any(step.who is Who.OBJECTION for step in kind.table.steps):
        yield "no step leads back to review from a public notice to which somebody objects with reason"


def _is_open(kind: CaseKind, state: str) -> bool:
    return kind.table[state].phase == "open"


@dataclass(frozen=True)
class Casework:
    """What a module with cases declares as `CASEWORK` in its `cases.py`: its kinds, and its words on shared pages.

    `invitation` stands beside the way in on a zone's home page.
    """

    kinds: tuple[CaseKind, ...]
    title: Text
    introduction: Text
    begin: Text
    mine: Text
    icon: str
    invitation: Text = ""

    @cached_property
    def by_name(self) -> dict[str, CaseKind]:
        return {kind.name: kind for kind in self.kinds}

    @property
    def module(self) -> str:
        return self.kinds[0].module

    @property
    def has_public_notice(self) -> bool:
        return any(kind.public_notice is not None for kind in self.kinds)

    @property
    def review(self) -> str:
        return self.kinds[0].review

    @property
    def decide(self) -> str:
        return self.kinds[0].decide

    @property
    def pay(self) -> str:
        """The permission to pay what its kinds grant; empty where none grants money."""
        return next((kind.pay for kind in self.kinds if kind.pay), "")

    @property
    def retain(self) -> str:
        """The permission to answer requests for erasure and to put cases on hold."""
        return f"{self.module}.retain"


@lru_cache(maxsize=8)
def _declared(modules: Modules) -> dict[str, Casework]:
    found = ((module.slug, module.part(PART)) for module in modules)
    return {slug: part.CASEWORK for slug, part in found if part is not None}


def casework_of(module: str) -> Casework:
    """What a module declares; raises `NotFound` for one without cases."""
    found = _declared(platform().modules).get(module)
    if found is None:
        raise NotFound
    return found


def modules_in_use() -> list[str]:
    """The modules with cases that the running zone uses."""
    document = current_document()
    return [module for module in _declared(platform().modules) if document.uses(module)]


def all_kinds() -> list[CaseKind]:
    """Every kind of every module."""
    return [kind for casework in _declared(platform().modules).values() for kind in casework.kinds]


def may_fill_in(actor: Actor, kind: CaseKind) -> bool:
    """Whether the actor may begin or complete a case of the kind: members may, others where it is open to them."""
    return actor.is_member or kind.own.is_open_to_former(actor)


def find_kind(key: str) -> CaseKind:
    """A kind by its key; raises `NotFound` for one that no module declares (any more)."""
    module, _dot, name = key.partition(".")
    found = casework_of(module).by_name.get(name)
    if found is None:
        raise NotFound
    return found
