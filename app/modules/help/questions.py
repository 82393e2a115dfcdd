"""What each kind of help asks, and the papers that belong to it."""

from flask_babel import lazy_gettext as _

from app.casework.forms import (
    AnyOf,
    CaseForm,
    Choice,
    Condition,
    Count,
    Day,
    FormVersions,
    Is,
    LongText,
    Mobile,
    Money,
    Over,
    Paper,
    Section,
    Text,
    YesNo,
)
from app.casework.kinds import CONTACT
from app.core.modules import Text as Words
from app.modules.help.means.questions import DAMAGE, YEAR_FEES, means_sections

MOST_HARDSHIP, MOST_DISASTER, MOST_ILLNESS, MOST_SCHOOLING, MOST_SEASONAL = (
    1_000_000, 2_000_000, 5_000_000, 800_000, 200_000,
)  # fmt: skip
"""At most so much is granted, in cents."""
GREAT_DAMAGE = 5_000_000
"""Beyond so many cents of damage an application is urgent."""

INCOME = Paper("income", _("Proof of income"), _("Wage slips or a bank statement of the last three months"), True)
HOUSEHOLD = Paper("household", _("Household register"), _("The pages of everybody who lives with you"), True)
OTHER = Paper("other", _("Other papers"), _("Whatever else helps us to understand"))
DIAGNOSIS = Paper("diagnosis", _("Diagnosis"), _("Certificate or discharge letter of the hospital"), True)
BILLS = Paper("bills", _("Hospital bills"), _("With the part the insurance has paid"), True)
SCHOOL = Paper("school", _("School certificate"), _("Letter of admission or student card"), True)
PICTURES = Paper("pictures", _("Photos of the damage"), _("What is broken or lost, and the place as a whole"), True)
REPORT = Paper(
    "report", _("Report on what happened"), _("Of the fire brigade, the police, the insurance or the village")
)

CONTACT_FIELD = Mobile(CONTACT, _("Mobile phone for questions"), is_required=True, is_sensitive=True)


def _need(prompt: Words, most_cents: int) -> Section:
    """`prompt` says what the description should tell."""
    return Section(_("What you need"), (
        LongText("description", _("What happened"), prompt, is_required=True, least=20, most=2000),
        Money("amount_requested", _("Amount you need"), is_required=True, least_cents=1, most_cents=most_cents,
              too_little=_("Write how much you need."), too_much=_("This is more than this kind of help can give."),
              column="amount_requested_cents"),
    ))  # fmt: skip


EMPLOYER = Section(_("Your employer"), (
    Text("employer_union", _("Your employer or its union, if it is not the one you belong to"),
         _("Nobody of that union learns of your application. You need not say"), most=80),
))  # fmt: skip


def _short(version: str, prompt: Words, most_cents: int, papers: tuple[Paper, ...], *employer: Section) -> CaseForm:
    return CaseForm(
        version,
        (
            Section(_("Your household"), (
                Count("household_size", _("People in the household"), _("You and everybody who lives from the same income"),
                      is_required=True, least=1, most=30),
                Money("monthly_income", _("Monthly income of the household"),
                      _("After tax, all together, on average over the last three months"), is_required=True),
                CONTACT_FIELD,
            )),
            _need(prompt, most_cents),
            *employer,
        ),
        papers,
    )  # fmt: skip


def _calculated(
    prompt: Words, most_cents: int, papers: tuple[Paper, ...], *first: Section, urgent: Condition | None = None
) -> CaseForm:
    """A form whose answers about the household are calculated with; `first` sections stand before them."""
    sections = (*first, *means_sections(CONTACT_FIELD), _need(prompt, most_cents), EMPLOYER)
    return CaseForm("2026-12", sections, papers, urgent=urgent)


EVENT = Section(_("What happened to you"), (
    Choice("event", _("What it was"), is_required=True, options=(
        ("fire", _("A fire")), ("water", _("A flood or heavy rain")), ("storm", _("A typhoon or storm")),
        ("accident", _("An accident")), ("other", _("Something else")),
    )),
    Day("happened_on", _("Day it happened"), is_required=True),
    DAMAGE,
    YesNo("home_lost", _("Can your home no longer be lived in?"), is_required=True),
    YesNo("is_hurt", _("Was anybody badly hurt, or did anybody die?"), is_required=True),
))  # fmt: skip
STUDIES = Section(_("School"), (
    Choice("school_level", _("Level"), is_required=True, options=(
        ("primary", _("Primary school")), ("middle", _("Middle school")), ("high", _("High school")),
        ("vocational", _("Vocational school")), ("college", _("Junior college")), ("university", _("University")),
    )),
    YesNo("is_admission", _("Newly admitted this year?"), is_required=True),
    YEAR_FEES,
))  # fmt: skip

_HARDSHIP = _("What happened, since when, and what your household has to live on now")
_ILLNESS = _("Who is ill, which treatment is needed, and what you have to pay yourself")
_SCHOOLING = _("Which school, which year, and which costs come up")

HARDSHIP = FormVersions(
    _calculated(_HARDSHIP, MOST_HARDSHIP, (HOUSEHOLD, INCOME, OTHER)),
    _short("2026-11", _HARDSHIP, MOST_HARDSHIP, (HOUSEHOLD, INCOME, OTHER)),
)
DISASTER = FormVersions(
    _calculated(
        _("What happened, who was there, what is lost, and where you live now"), MOST_DISASTER, (PICTURES, REPORT, OTHER),
        EVENT, urgent=AnyOf(Is("home_lost", True), Is("is_hurt", True), Over("damage", GREAT_DAMAGE)),
    )
)  # fmt: skip
ILLNESS = FormVersions(
    _calculated(_ILLNESS, MOST_ILLNESS, (DIAGNOSIS, BILLS, OTHER)),
    _short("2026-11", _ILLNESS, MOST_ILLNESS, (DIAGNOSIS, BILLS, OTHER)),
)
SCHOOLING = FormVersions(
    _calculated(_SCHOOLING, MOST_SCHOOLING, (SCHOOL, INCOME, OTHER), STUDIES),
    _short("2026-11", _SCHOOLING, MOST_SCHOOLING, (SCHOOL, INCOME, OTHER)),
)
_SEASONAL = _("What you need for the season, and why now")
SEASONAL = FormVersions(
    _short("2026-12", _SEASONAL, MOST_SEASONAL, (OTHER,), EMPLOYER),
    _short("2026-11", _SEASONAL, MOST_SEASONAL, (OTHER,)),
)
