"""Writing the letter of a step: once for each language, from what was decided or came of it then."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.casework.appeals.rules import last_moment_after
from app.casework.issuing.models import CaseLetter
from app.casework.kinds import CaseKind, find_kind
from app.casework.letters.declarations import Facts, Letter
from app.casework.letters.words import Amount, Fact
from app.casework.models import Case, CaseEvent
from app.casework.queries import find_case
from app.casework.sealing import APPLICANT, unseal, unseal_notes
from app.core.clock import CHINA
from app.core.files import save_file
from app.core.i18n import LOCALES, speaking
from app.core.outbox import emit
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db

ISSUE = "casework.issue_letter"
PURPOSE = "casework.letter"
CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without letters and digits that are taken for one another on paper."""

CHECK_LINE = _("Check code {code}: compare it with the one on the page of the application.")
NO_REASONS = _("The conditions are met.")
NO_MONEY = _("none")


@dataclass(frozen=True, slots=True)
class Money:
    """Cents that a decision came to."""

    granted: int | None
    recovered: int | None


def order_letter(case: Case, event: CaseEvent) -> None:
    """Have the letter written that a case gets on arriving where it stands; `event` is the line of its history."""
    if event.from_state != event.to_state and find_kind(case.kind).table[event.to_state].letter:
        money = {"granted": case.amount_granted_cents, "recovered": case.amount_recovered_cents}
        emit(ISSUE, dedupe_key=f"{ISSUE}:{event.id}", payload={"event_id": str(event.id), **money})


def issue_letter(event_id: UUID, granted: int | None, recovered: int | None) -> None:
    """Write the letter of a decision in every language; one that is there is left as it is. Worker plane.

    `granted` and `recovered` are the cents of that decision: an appeal may have come to others since. A case that was erased
    meanwhile gets none.
    """
    event = db.session.execute(select(CaseEvent).where(CaseEvent.id == event_id)).scalar_one_or_none()
    if event is None:
        return
    case = find_case(event.case_id)
    kind = find_kind(case.kind)
    letter = kind.table[event.to_state].letter
    written = set(db.session.scalars(select(CaseLetter.locale).where(CaseLetter.event_id == event_id)))
    if letter is not None:
        for locale in (each for each in LOCALES if each not in written):
            _write(case, kind, event, letter, locale, Money(granted, recovered))


def _write(case: Case, kind: CaseKind, event: CaseEvent, letter: Letter, locale: str, money: Money) -> None:
    from app.casework.letters.rendering import render_letter  # noqa: PLC0415 - loads the PDF library, where it is needed

    code = "-".join("".join(secrets.choice(CODE) for _ in range(4)) for _ in range(3))
    rendered = render_letter(letter, _facts(case, kind, event, letter, locale, code, money), locale=locale)
    stored = save_file(rendered.pdf, name=f"{case.number} {letter.name[locale]}.pdf", media_type="application/pdf", purpose=PURPOSE,
                       visibility="personal", member_id=case.member_id)  # fmt: skip
    db.session.add(
        CaseLetter(case_id=case.id, member_id=case.member_id, event_id=event.id, letter=letter.key, locale=locale,
                   file_id=stored.id, check_code=code)
    )  # fmt: skip
    db.session.flush()


def _facts(case: Case, kind: CaseKind, event: CaseEvent, letter: Letter, locale: str, code: str, money: Money) -> Facts:
    sender = db.session.scalars(select(Union.name).where(Union.id == current_zone().union_id)).one()
    (reasons,) = unseal_notes([(event.id, event.note_cipher)])
    with speaking(locale):
        service, check, no_reasons = str(kind.title), str(CHECK_LINE).format(code=code), str(NO_REASONS)
        nothing = str(NO_MONEY)
    own: dict[str, Callable[[], Fact]] = {
        "service": lambda: service,
        "case_number": lambda: case.number or "",
        "applied_on": lambda: _day(case.submitted_at),
        "appealed_on": lambda: _day(case.appealed_at),
        "reasons": lambda: reasons or no_reasons,
        "appeal_to": lambda: sender,
        "appeal_by": lambda: _appeal_by(kind, event),
        "amount": lambda: Amount(money.granted or 0),
        "recovered": lambda: Amount(money.recovered) if money.recovered else nothing,
    }
    asked = {name: tell() for name, tell in own.items() if name in letter.asks}
    return Facts(sender=sender, number=case.number or "", day=_day(event.at), addressee=unseal(case, APPLICANT)["name"],
                 check_line=check, own=asked)  # fmt: skip


def _appeal_by(kind: CaseKind, event: CaseEvent) -> date:
    """The last day to appeal the decision that the event tells of."""
    appeal = next(step for step in kind.table.steps if step.appeals_within)
    return _day(last_moment_after(event.at, kind, appeal))


def _day(at: datetime | None) -> date:
    if at is None:
        raise ValueError("what was decided has been handed in and closed")
    return at.astimezone(CHINA).date()
