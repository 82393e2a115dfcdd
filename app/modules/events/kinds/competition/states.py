"""How registrations, rounds, score sheets, corrections and appeals go on; the database takes no other step.

registration  guest ──becomes a member──▶ registered; both ──▶ withdrawn (and back while registration is open) | excluded
round         waiting ──open──▶ open ──close──▶ closed ──publish──▶ published ──conclude──▶ done
                                 ▲◀────────────────┴──a sheet is opened again──┘
sheet         open ──sign──▶ signed ──a correction is granted, an appeal accepted──▶ reopened ──sign──▶ signed
correction    asked ──▶ granted | refused
appeal        open ──▶ accepted | refused
"""

from enum import StrEnum

from app.benefits.papers import Hand, Step


class Registered(StrEnum):
    GUEST = "guest"
    """Not a member yet: takes part, but not in the last round."""
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"


TAKES_PART = (Registered.GUEST, Registered.REGISTERED)


class RoundState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    """Who competes in it is fixed, and judges score."""
    CLOSED = "closed"
    """The ranking is computed, and nobody but staff sees it."""
    PUBLISHED = "published"
    """Everybody reads the ranking, and contestants may appeal."""
    DONE = "done"


PUBLIC = (RoundState.PUBLISHED, RoundState.DONE)
OPEN = Step("open", frozenset({RoundState.WAITING}), RoundState.OPEN, Hand.ANYBODY)
CLOSE = Step("close", frozenset({RoundState.OPEN}), RoundState.CLOSED, Hand.ANYBODY)
PUBLISH = Step("publish", frozenset({RoundState.CLOSED}), RoundState.PUBLISHED, Hand.ANYBODY)
CONCLUDE = Step("conclude", frozenset({RoundState.PUBLISHED}), RoundState.DONE, Hand.ANYBODY)
REOPEN = Step(
    "reopen", frozenset({RoundState.CLOSED, RoundState.PUBLISHED}), RoundState.OPEN, Hand.CHECKER, needs_reason=True
)
STEPS = (OPEN, CLOSE, PUBLISH, CONCLUDE, REOPEN)


class SheetState(StrEnum):
    OPEN = "open"
    SIGNED = "signed"
    REOPENED = "reopened"


class CorrectionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class AppealState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


def step_from(state: str) -> Step | None:
    """The step that staff take by a button from where a round stands."""
    return next((step for step in STEPS if state in step.sources and step.hand is Hand.ANYBODY), None)
