"""What the forms of legal aid ask."""

from flask_babel import lazy_gettext as _

from app.casework.forms import (
    AnyOf,
    CaseForm,
    Choice,
    Choices,
    Day,
    FormVersions,
    Has,
    Is,
    LongText,
    Mobile,
    Money,
    Paper,
    Section,
    Text,
    YesNo,
)
from app.casework.inputs import EARLIEST
from app.casework.kinds import CONTACT

VERSION, FIRST = "2026-11-26", "2026-11"
SUBJECTS = (
    ("wages", _("Wages or overtime pay")),
    ("contract", _("Labour contract")),
    ("dismissal", _("Dismissal")),
    ("hours", _("Working hours and leave")),
    ("injury", _("Accident at work")),
    ("insurance", _("Social insurance")),
    ("equality", _("Discrimination or harassment")),
    ("other", _("Something else")),
)
URGENT = Section(_("Is it urgent?"), (
    Choices("alarm", _("Tick what is so"), _("Then your case comes first"), options=(
        ("limit", _("A time limit ends within 30 days, or I am not sure")),
        ("danger", _("I or others are in danger or are threatened")),
        ("many", _("More than ten workers have not been paid")),
    )),
))  # fmt: skip
IS_URGENT = AnyOf(Has("alarm", "limit"), Has("alarm", "danger"), Has("alarm", "many"))
PHONE = Mobile(CONTACT, _("Mobile phone for questions"), is_required=True, is_sensitive=True)

EMPLOYER_UNION = Text(
    "employer_union",
    _("Its union, if it is not the one you belong to"),
    _("Nobody of that union learns of your case"),
    most=80,
)
EMPLOYER = Section(_("Your employer"), (
    Text("employer", _("Name of the employer"), _("If we know its union, your case is kept from it, too"),
         is_required=True, least=2, most=80),
    EMPLOYER_UNION,
))  # fmt: skip
EMPLOYER_IF_NAMED = Section(_("Your employer"), (
    Text("employer", _("Name of the employer"),
         _("You need not say. If you do and we know its union, your question is kept from it; else only from the one you belong to"),
         least=2, most=80),
    EMPLOYER_UNION,
))  # fmt: skip
EMPLOYER_AT_FIRST = Section(_("Your employer"), (
    Text("employer", _("Name of the employer"), is_required=True, least=2, most=80),
    EMPLOYER_UNION,
))  # fmt: skip
WORK = Section(_("Your work there"), (
    Day("started_on", _("Began on"), is_required=True, earliest=EARLIEST),
    YesNo("is_employed", _("Do you still work there?"), is_required=True),
    Day("left_on", _("Left on"), _("The last day of the employment"), is_required=True, when=Is("is_employed", False),
        earliest=EARLIEST, not_before="started_on"),
))  # fmt: skip
DISPUTE = Section(_("What it is about"), (
    Choices("claims", _("What you claim"), is_required=True, options=SUBJECTS),
    Money("wages_owed", _("Wages owed"), _("All together, as far as you know"), is_required=True, least_cents=1,
          when=Has("claims", "wages")),
    Day("dispute_on", _("Day of the dispute"), _("When you learned that your right was violated"), is_required=True,
        earliest=EARLIEST, not_before="started_on"),
    LongText("description", _("What happened"), _("In the order in which it happened, and what you want"),
             is_required=True, least=20, most=3000),
    PHONE,
))  # fmt: skip
BEFORE = Section(_("What was decided so far"), (
    Choice("stage", _("What you were handed"), is_required=True, options=(
        ("award", _("An award, or a notice that arbitration was refused")),
        ("judgment", _("A judgment of the first court")),
    )),
    Day("received_on", _("Received on"), _("The day on which you were handed it"), is_required=True, earliest=EARLIEST,
        not_before="started_on"),
))  # fmt: skip

EMPLOYMENT = Paper(
    "employment", _("Proof of employment"), _("Contract, work card, wage slips, messages: what there is")
)
EVIDENCE = Paper("evidence", _("Evidence"), _("Whatever shows what happened"))
DECIDED = Paper("decision", _("Award or judgment"), _("Every page of it"), True)

QUESTION = Section(_("Your question"), (
    Choice("subject", _("What it is about"), is_required=True, options=SUBJECTS),
    LongText("question", _("Your question"), _("What happened, and what you want to know"), is_required=True, least=10,
             most=2000),
    PHONE,
))  # fmt: skip


def _consultation(version: str, *employer: Section) -> CaseForm:
    return CaseForm(version, (QUESTION, *employer, URGENT), (EVIDENCE,), urgent=IS_URGENT)


def _aid(version: str, employer: Section) -> CaseForm:
    return CaseForm(version, (employer, WORK, DISPUTE, URGENT), (EMPLOYMENT, EVIDENCE), urgent=IS_URGENT)


def _litigation(version: str, employer: Section) -> CaseForm:
    papers = (DECIDED, EMPLOYMENT, EVIDENCE)
    return CaseForm(version, (BEFORE, employer, WORK, DISPUTE, URGENT), papers, urgent=IS_URGENT)


CONSULTATION = FormVersions(_consultation(VERSION, EMPLOYER_IF_NAMED), _consultation(FIRST))
AID = FormVersions(_aid(VERSION, EMPLOYER), _aid(FIRST, EMPLOYER_AT_FIRST))
LITIGATION = FormVersions(_litigation(VERSION, EMPLOYER), _litigation(FIRST, EMPLOYER_AT_FIRST))
