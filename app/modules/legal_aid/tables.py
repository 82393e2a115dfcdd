"""The ways of cases: a question that is answered, and aid that is decided on by two people and then given."""

from flask_babel import lazy_gettext as _

from app.casework.kinds import ANSWER
from app.casework.states import Phase, State, StateTable, Step, Who, states_of
from app.core.modules import Text
from app.modules.legal_aid import letters

CLOSES_AFTER = 14
"""Days after which an answer that nobody came back to closes the question."""
ENDS_AFTER = 60
"""Days after which an application that was returned and that nobody completes is closed."""

QUESTION = StateTable(
    states=(
        State("draft", Phase.DRAFT, _("Draft"), "neutral"),
        State("asked", Phase.OPEN, _("Waiting to be taken"), member_title=_("Waiting for an answer")),
        State("in_hand", Phase.OPEN, _("Being answered")),
        State("answered", Phase.ANSWERED, _("Answered"), "success", days=CLOSES_AFTER),
        State("closed", Phase.ENDED, _("Closed"), "neutral"),
        State("withdrawn", Phase.WITHDRAWN, _("Withdrawn"), "neutral"),
    ),
    steps=(
        Step("submit", _("Submitted"), _("Send the question"), states_of("draft"), "asked", Who.APPLICANT,
             starts=(ANSWER,), tells="legal_aid.received"),
        Step("take", _("Taken into review"), _("Take into review"), states_of("asked"), "in_hand", Who.REVIEWER, takes=True),
        Step("take_over", _("Taken over"), _("Take over"), states_of("in_hand"), "in_hand", Who.REVIEWER, ("note",),
             takes=True, shown=False),
        Step("answer", _("Answered"), _("Answer"), states_of("in_hand"), "answered", Who.HANDLER, ("answer",),
             tells="legal_aid.answered"),
        Step("ask_more", _("Asked again"), _("Ask again"), states_of("answered"), "in_hand", Who.APPLICANT, ("question",),
             starts=(ANSWER,)),
        Step("close", _("Closed"), _("My question is answered"), states_of("answered"), "closed", Who.APPLICANT),
        Step("lapse", _("Closed by itself"), _("Close"), states_of("answered"), "closed", Who.TIME),
        Step("withdraw", _("Withdrawn"), _("Withdraw the question"), states_of("asked", "in_hand"), "withdrawn",
             Who.APPLICANT),
    ),
)  # fmt: skip

DRAFT = State("draft", Phase.DRAFT, _("Draft"), "neutral")
SUBMITTED = State("submitted", Phase.OPEN, _("Waiting to be taken"), member_title=_("Waiting for review"))
IN_REVIEW = State("in_review", Phase.OPEN, _("In review"))
RETURNED = State("returned", Phase.RETURNED, _("Returned to the member"), "warning", member_title=_("Please complete"),
                 days=ENDS_AFTER, warns="legal_aid.ends")  # fmt: skip
# A member can't tell a recommendation from a review, by words or colour: it binds nobody yet.
RECOMMENDED = State("recommended", Phase.OPEN, _("Waiting for a decision"), "warning", _("In review"), "info")
UNDER_WAY = State("under_way", Phase.OPEN, _("The union aids you"), "success", letter=letters.GRANTED)
REFUSED = State("refused", Phase.DECIDED, _("Refused"), "danger", letter=letters.REFUSED)
WITHDRAWN = State("withdrawn", Phase.WITHDRAWN, _("Withdrawn"), "neutral")
NOT_COMPLETED = State("not_completed", Phase.ENDED, _("Closed without completion"), "neutral")
CONCLUDED = State("concluded", Phase.ENDED, _("Concluded"), "success", letter=letters.CLOSED)


def _aid(
    ends: tuple[State, ...], limits: tuple[str, ...], steps: tuple[Step, ...], ends_with_it: tuple[str, ...] = ()
) -> StateTable:
    """The way of every aid: two people decide on it within the promised days; then come the `steps` of giving it.

    Of the `limits` those that are limits of the aid itself have no sense without it; the others bind the member, and run on.
    """
    return StateTable(
        (DRAFT, SUBMITTED, IN_REVIEW, RETURNED, RECOMMENDED, UNDER_WAY, *ends, REFUSED, WITHDRAWN, NOT_COMPLETED),
        (
            Step("submit", _("Submitted"), _("Submit the application"), states_of("draft", "returned"), "submitted",
                 Who.APPLICANT, starts=(ANSWER, *limits), tells="legal_aid.received"),
            Step("take", _("Taken into review"), _("Take into review"), states_of("submitted"), "in_review", Who.REVIEWER,
                 takes=True),
            Step("take_over", _("Taken over"), _("Take over"), states_of("in_review"), "in_review", Who.REVIEWER, ("note",),
                 takes=True, shown=False),
            Step("recommend", _("Recommendation made"), _("Recommend"), states_of("in_review"), "recommended", Who.HANDLER,
                 ("recommendation", "note"), shown=False),
            Step("return", _("Returned for completion"), _("Return to the member"), states_of("in_review"), "returned",
                 Who.HANDLER, ("reason",), tells="legal_aid.returned"),
            Step("send_back", _("Sent back to review"), _("Send back to review"), states_of("recommended"), "in_review",
                 Who.APPROVER, ("note",), shown=False),
            Step("retract", _("Recommendation taken back"), _("Take the recommendation back"), states_of("recommended"), "in_review",
                 Who.HANDLER, ("note",), shown=False),
            Step("accept", _("Aid granted"), _("Grant aid"), states_of("recommended"), "under_way", Who.APPROVER,
                 optional=("reason",), starts=("news",), stops=(ANSWER,), accepts=True, tells="legal_aid.accepted"),
            Step("refuse", _("Refused"), _("Refuse"), states_of("recommended"), "refused", Who.APPROVER, ("reason",),
                 stops=ends_with_it, tells="legal_aid.refused", colour="danger"),
            *steps,
            _given("report", _("Told how it stands"), _("Tell how it stands"), "news"),
            Step("take_charge", _("Taken over"), _("Take over"), states_of("under_way"), "under_way", Who.REVIEWER,
                 ("note",), takes=True, shown=False),
            Step("withdraw", _("Withdrawn"), _("Withdraw the application"),
                 states_of("submitted", "in_review", "returned", "recommended", "under_way"), "withdrawn", Who.APPLICANT,
                 stops=ends_with_it),
            Step("lapse", _("Closed by itself"), _("Close"), states_of("returned"), "not_completed", Who.TIME,
                 stops=ends_with_it, tells="legal_aid.ended"),
        ),
    )  # fmt: skip


def _given(
    action: str, title: Text, button: Text, *asks: str, starts: tuple[str, ...] = (), stops: tuple[str, ...] = ()
) -> Step:
    """A step of the aid that is being given: the member reads of it, and the next news is promised."""
    return Step(action, title, button, states_of("under_way"), "under_way", Who.HANDLER, asks,
                starts=("news", *starts), stops=stops, tells="legal_aid.news")  # fmt: skip


def _end(action: str, title: Text, button: Text, target: str, stops: tuple[str, ...] = ()) -> Step:
    return Step(action, title, button, states_of("under_way"), target, Who.HANDLER, ("outcome",), ("amount_recovered",),
                stops=stops, tells="legal_aid.concluded")  # fmt: skip


CONCLUDE = _end("conclude", _("Concluded"), _("Conclude"), "concluded")

MEDIATION = _aid(
    (
        State("agreed", Phase.ENDED, _("Agreement reached"), "success", letter=letters.CLOSED),
        State("failed", Phase.ENDED, _("Without agreement"), "neutral", letter=letters.CLOSED),
    ),
    ("mediation", "arbitration"),
    (
        _end("agree", _("Agreement reached"), _("Agreement reached"), "agreed", ("mediation",)),
        _end("fail", _("Without agreement"), _("End without agreement"), "failed", ("mediation",)),
    ),
    ends_with_it=("mediation",),
)
ARBITRATION = _aid(
    (CONCLUDED,),
    ("arbitration",),
    (
        _given("file", _("Filed"), _("Note the filing"), "filing", stops=("arbitration",)),
        _given("note_award", _("Award received"), _("Note the award"), "outcome", "served_on", starts=("court",),
               stops=("arbitration",)),
        CONCLUDE,
    ),
)  # fmt: skip
LITIGATION = _aid(
    (CONCLUDED,),
    ("court", "appeal"),
    (
        _given("file", _("Filed"), _("Note the filing"), "filing", stops=("court", "appeal")),
        _given("note_judgment", _("Judgment received"), _("Note the judgment"), "outcome", "served_on",
               starts=("appeal",), stops=("court",)),
        CONCLUDE,
    ),
)  # fmt: skip
