"""The kinds of help, as data: who each is for, what to tell, which papers belong to it, how much may be asked for."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.core.modules import Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that belongs to an application."""

    key: str
    title: Text
    hint: Text = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of help. `prompt` says what the description should tell; at most `most_cents` may be asked for."""

    key: str
    title: Text
    summary: Text
    prompt: Text
    icon: str
    most_cents: int
    papers: tuple[Paper, ...]

    @property
    def required_papers(self) -> tuple[str, ...]:
        return tuple(paper.key for paper in self.papers if paper.is_required)

    def title_of(self, paper_key: str) -> Text:
        """The title of one of its papers; the key itself for a paper it once had."""
        return next((paper.title for paper in self.papers if paper.key == paper_key), paper_key)


INCOME = Paper("income", _("Proof of income"), _("Wage slips or a bank statement of the last three months"), True)
HOUSEHOLD = Paper("household", _("Household register"), _("The pages of everybody who lives with you"), True)
OTHER = Paper("other", _("Other papers"), _("Whatever else helps us to understand"))

KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "hardship",
            _("Family hardship"),
            _("When the household can't get by: lost wages, an accident, a disaster"),
            _("What happened, since when, and what your household has to live on now"),
            "heart-handshake",
            1_000_000,
            (HOUSEHOLD, INCOME, OTHER),
        ),
        Kind(
            "illness",
            _("Serious illness"),
            _("When treatment costs more than the household can carry"),
            _("Who is ill, which treatment is needed, and what you have to pay yourself"),
            "activity",
            5_000_000,
            (
                Paper("diagnosis", _("Diagnosis"), _("Certificate or discharge letter of the hospital"), True),
                Paper("bills", _("Hospital bills"), _("With the part the insurance has paid"), True),
                OTHER,
            ),
        ),
        Kind(
            "schooling",
            _("Schooling"),
            _("When a child starts or continues school or university and money is short"),
            _("Which school, which year, and which costs come up"),
            "school",
            800_000,
            (
                Paper("school", _("School certificate"), _("Letter of admission or student card"), True),
                INCOME,
                OTHER,
            ),
        ),
        Kind(
            "seasonal",
            _("Seasonal relief"),
            _("Warmth in winter, cooling in summer, help at the festivals"),
            _("What you need for the season, and why now"),
            "gift",
            200_000,
            (OTHER,),
        ),
    )
}
