"""What a claim asks."""

from flask_babel import lazy_gettext as _

from app.casework.forms import CaseForm, Choice, Day, FormVersions, Mobile, Money, Paper, Rows, Section, Text
from app.casework.kinds import CONTACT
from app.modules.help.mutual_aid.formula import INVOICE_KINDS
from app.modules.help.questions import EMPLOYER

INVOICES = Rows(
    "invoices",
    _("Invoice"),
    _("Each invoice of the hospital once, as it is printed"),
    is_required=True,
    least=1,
    most=20,
    add=_("Add an invoice"),
    columns=(
        Text("number", _("Invoice number"), is_required=True, least=6, most=24),
        Text("code", _("Invoice code"), _("Invoices with a number of 20 digits have none"), least=4, most=16),
        Choice("kind", _("What it is for"), is_required=True, options=tuple(INVOICE_KINDS.items())),
        Day("issued_on", _("Date of the invoice"), is_required=True),
        Money("total", _("Total"), is_required=True, least_cents=1),
        Money("insurance", _("Paid by insurance"), _("Of all insurances together, 0 for nothing"), is_required=True),
        Money("self_paid", _("Paid by yourself"), is_required=True),
    ),
)
SECTIONS = (
    Section(
        _("The illness"),
        (
            Text("patient", _("Who was ill"), _("The name on the invoices; the plan covers you yourself"), is_required=True,
                 is_sensitive=True, most=60),
            Text("hospital", _("Hospital"), is_required=True, least=2, most=80),
            Day("stay_from", _("Treatment began on"), is_required=True),
            Day("stay_until", _("Treatment ended on"), is_required=True),
            Mobile(CONTACT, _("Mobile phone for questions"), is_required=True, is_sensitive=True),
        ),
    ),
    Section(_("Invoices"), (INVOICES,)),
)  # fmt: skip
PAPERS = (
    Paper("invoice", _("Invoices"), _("Every invoice you listed; of an electronic one the PDF itself, as you got it"), True, keeps_original=True),
    Paper("discharge", _("Discharge letter"), _("Or the record of the outpatient treatment"), True),
    Paper("other", _("Other papers"), _("Whatever else helps us to understand")),
)  # fmt: skip
FORM = CaseForm("2026-12", (*SECTIONS, EMPLOYER), PAPERS)
FORMS = FormVersions(FORM, CaseForm("2026-11", SECTIONS, PAPERS))
