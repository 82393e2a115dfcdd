"""The kinds of legal aid: a question, mediation, aid in arbitration, aid before court."""

from flask_babel import lazy_gettext as _

from app.casework.clocks import Clock
from app.casework.forms import FormVersions
from app.casework.kinds import CaseKind, Casework, Consent, Counsel
from app.casework.states import StateTable
from app.core.modules import Text
from app.modules.legal_aid import clocks, questions, rights, tables
from app.modules.legal_aid.features import LegalAid
from app.modules.legal_aid.lawyers.queries import is_assigned

CONSENTS = (
    Consent(
        "2026-11",
        _(
            "I agree that the union of this zone processes what I tell and send here, including sensitive data, only to "
            "answer me and to stand up for my rights, and that it gives to a lawyer, an arbitration commission or a court "
            "what they need for that. Nobody of my employer or of its union sees it. I can withdraw at any time."
        ),
    ),
    Consent(
        "2026-11-26",
        _(
            "I agree that the union of this zone processes what I tell and send here, including sensitive data, only to "
            "answer me and to stand up for my rights, and that it gives to a lawyer, an arbitration commission or a court "
            "what they need for that. Nobody who belongs to, or works for, my employer's union sees it, as far as that "
            "one is found by my membership and by what I write here. I can withdraw at any time."
        ),
    ),
)
COUNSEL = Counsel(rights.COUNSEL, is_assigned)


def _kind(
    name: str,
    title: Text,
    summary: Text,
    icon: str,
    table: StateTable,
    forms: FormVersions,
    promises: tuple[Clock, ...],
    *,
    is_question: bool = False,
) -> CaseKind:
    # The number begins with letters that tell nobody what it is about: it stands in text messages.
    return CaseKind(
        f"legal_aid.{name}", title, summary, icon, number="FW", table=table, forms=forms,
        consents=CONSENTS, clocks=promises, review=rights.REVIEW, decide=rights.DECIDE,
        is_single=False, needs_two_people=not is_question, is_employer_blind=True, counsel=COUNSEL, own=LegalAid(),
    )  # fmt: skip


CASEWORK = Casework(
    title=_("Legal aid"),
    introduction=_(
        "Wages not paid, dismissed without reason, hurt at work: ask your union, or let it stand up for you. Only "
        "the union's case handlers see your case; your employer and the union there do not learn of it."
    ),
    begin=_("Ask, or apply for aid"),
    mine=_("My cases"),
    icon="scale",
    invitation=_("Trouble at work? Ask here; your employer does not learn of it."),
    kinds=(
        _kind("consultation", _("Ask a question"), _("A short question about your rights at work, answered within 24 hours"),
              "message", tables.QUESTION, questions.CONSULTATION, (clocks.IN_A_DAY,), is_question=True),
        _kind("mediation", _("Mediation"), _("The union talks with your employer and looks for an agreement"),
              "users", tables.MEDIATION, questions.AID,
              (clocks.DECISION, clocks.NEWS, clocks.MEDIATION, clocks.ARBITRATION)),
        _kind("arbitration", _("Aid in arbitration"), _("Advice, papers and a lawyer before the arbitration commission"),
              "scale", tables.ARBITRATION, questions.AID,
              (clocks.DECISION, clocks.NEWS, clocks.ARBITRATION, clocks.COURT)),
        _kind("litigation", _("Aid before court"), _("Advice, papers and a lawyer when you go to court or appeal"),
              "building", tables.LITIGATION, questions.LITIGATION,
              (clocks.DECISION, clocks.NEWS, clocks.COURT, clocks.APPEAL)),
    ),
)  # fmt: skip
