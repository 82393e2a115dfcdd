"""The kinds of help, as data: who each is for, what it asks, how it goes, how much it may give."""

from dataclasses import replace

from flask_babel import lazy_gettext as _

from app.casework.clocks import Clock, Unit
from app.casework.forms import FormVersions
from app.casework.kinds import ANSWER, CaseKind, Casework, Consent
from app.casework.letters.standard import GRANTED, GRANTED_ON_APPEAL, REFUSED, UPHELD
from app.casework.public_notice.declarations import PublicNotice
from app.casework.states import Phase, State, StateTable, Step, Who, states_of
from app.core.modules import Text
from app.modules.help import questions
from app.modules.help.means.features import Means
from app.modules.help.mutual_aid.claims import MutualAid
from app.modules.help.mutual_aid.form import FORMS

ENDS_AFTER = 60
"""Days after which an application that was returned and that nobody completes is closed."""

TABLE = StateTable(
    states=(
        State("draft", Phase.DRAFT, _("Draft"), "neutral"),
        State("submitted", Phase.OPEN, _("Waiting to be taken"), member_title=_("Waiting for review")),
        State("in_review", Phase.OPEN, _("In review")),
        State("returned", Phase.RETURNED, _("Returned to the member"), "warning", member_title=_("Please complete"),
              days=ENDS_AFTER, warns="help.ends"),
        # A member can't tell a recommendation from a review, by words or colour: it binds nobody yet.
        State("recommended", Phase.OPEN, _("Waiting for a decision"), "warning", _("In review"), "info"),
        State("approved", Phase.DECIDED, _("Approved"), "success", letter=GRANTED),
        State("refused", Phase.DECIDED, _("Refused"), "danger", letter=REFUSED),
        State("appealed", Phase.OPEN, _("Appealed"), "warning", _("Appeal in review")),
        State("upheld", Phase.DECIDED, _("Decision upheld"), "neutral", letter=UPHELD),
        State("changed", Phase.DECIDED, _("Granted on appeal"), "success", letter=GRANTED_ON_APPEAL),
        State("appeal_withdrawn", Phase.DECIDED, _("Appeal withdrawn"), "neutral", member_title=_("Appeal withdrawn, the decision stands")),
        State("withdrawn", Phase.WITHDRAWN, _("Withdrawn"), "neutral"),
        State("not_completed", Phase.ENDED, _("Closed without completion"), "neutral"),
    ),
    steps=(
        Step("submit", _("Submitted"), _("Submit the application"), states_of("draft", "returned"), "submitted",
             Who.APPLICANT, starts=(ANSWER,), tells="help.received"),
        Step("take", _("Taken into review"), _("Take into review"), states_of("submitted"), "in_review", Who.REVIEWER,
             takes=True),
        Step("take_over", _("Taken over"), _("Take over"), states_of("in_review"), "in_review", Who.REVIEWER, ("note",),
             takes=True, shown=False),
        Step("recommend", _("Recommendation made"), _("Recommend"), states_of("in_review"), "recommended", Who.HANDLER,
             ("recommendation",), ("amount_recommended", "note"), shown=False),
        Step("return", _("Returned for completion"), _("Return to the member"), states_of("in_review"), "returned",
             Who.HANDLER, ("reason",), tells="help.returned"),
        Step("send_back", _("Sent back to review"), _("Send back to review"), states_of("recommended"), "in_review",
             Who.APPROVER, ("note",), shown=False),
        Step("retract", _("Recommendation taken back"), _("Take the recommendation back"), states_of("recommended"), "in_review",
             Who.HANDLER, ("note",), shown=False),
        Step("approve", _("Approved"), _("Approve"), states_of("recommended"), "approved", Who.APPROVER,
             ("amount_granted",), ("reason",), tells="help.approved"),
        Step("refuse", _("Refused"), _("Refuse"), states_of("recommended"), "refused", Who.APPROVER, ("reason",),
             tells="help.refused", colour="danger"),
        Step("appeal", _("Appealed"), _("Appeal the decision"), states_of("approved", "refused"), "appealed", Who.APPLICANT,
             ("reason",), starts=(ANSWER,), appeals_within="appeal", tells="help.appealed"),
        Step("change", _("Granted on appeal"), _("Grant on appeal"), states_of("appealed"), "changed", Who.APPROVER,
             ("amount_granted",), ("reason",), tells="help.changed"),
        Step("uphold", _("Decision upheld"), _("Uphold the decision"), states_of("appealed"), "upheld", Who.APPROVER,
             ("reason",), tells="help.upheld", colour="danger"),
        Step("withdraw_appeal", _("Appeal withdrawn"), _("Withdraw the appeal"), states_of("appealed"), "appeal_withdrawn",
             Who.APPLICANT, tells="help.appeal_withdrawn", colour="default"),
        Step("review_again", _("Decided anew after an objection"), _("Review again"),
             states_of("approved", "changed", "upheld", "appeal_withdrawn"),
             "in_review", Who.OBJECTION, starts=(ANSWER,), tells="help.reviewed_again"),
        Step("withdraw", _("Withdrawn"), _("Withdraw the application"),
             states_of("submitted", "in_review", "returned", "recommended"), "withdrawn", Who.APPLICANT),
        Step("lapse", _("Closed by itself"), _("Close"), states_of("returned"), "not_completed", Who.TIME, tells="help.ended"),
    ),
)  # fmt: skip

WITHOUT_NOTICE = replace(TABLE, steps=tuple(step for step in TABLE.steps if step.who is not Who.OBJECTION))
"""As above, of a kind whose grants are put on no public notice."""

BEFORE_NOTICE = Consent(
    "2026-11",
    _(
        "I agree that the union of this zone processes what I tell and send here, including data on health and "
        "finances, only to decide on this application and to pay what is granted. Only the union's case handlers see "
        "it; my employer does not. I can withdraw the application at any time."
    ),
)
CONSENT = Consent(
    "2026-11-26",
    _(
        "I agree that the union of this zone processes what I tell and send here, including data on health and "
        "finances, only to decide on this application and to pay what is granted. Only the union's case handlers see "
        "what I tell; nobody does who belongs to, or works for, my employer's union, as far as that one is found by my "
        "membership and by what I write here. Help that is granted is put on public notice in this zone for five working "
        "days, so that others can object: with my name masked, the name of a union, never of my employer's or of a small "
        "one, the kind of help and possibly the amount; nothing of my illness, papers, number, phone or address. It can be "
        "read there for at most ten days more. I can withdraw the application before it is decided."
    ),
    notice_shown_days=10,
)
PROMISE = Clock(ANSWER, _("Answer"), 10, Unit.WORKING_DAYS, remind_before=2, escalate_after=2)
SOON = Clock(ANSWER, _("Answer"), 3, Unit.WORKING_DAYS, remind_before=1, escalate_after=1)
APPEAL = Clock("appeal", _("Appeal"), 15, Unit.WORKING_DAYS)


def _kind(
    name: str, title: Text, summary: Text, icon: str, forms: FormVersions, most_cents: int, *, is_urgent: bool = False
) -> CaseKind:
    return CaseKind(
        f"help.{name}", title, summary, icon, number="HD", table=TABLE, clocks=(SOON if is_urgent else PROMISE, APPEAL),
        consents=(BEFORE_NOTICE, CONSENT), forms=forms, review="help.review", decide="help.approve", pay="help.pay",
        most_cents=most_cents, has_own_promise=is_urgent, is_employer_blind=True,
        public_notice=PublicNotice(since=CONSENT.version), own=Means(),
    )  # fmt: skip


CASEWORK = Casework(
    title=_("Help in difficulty"),
    introduction=_(
        "When life gets hard, your union is there. Choose what you need help with, tell us what happened and send the "
        "papers. Only the union’s case handlers see your application; your employer does not."
    ),
    begin=_("Apply for help"),
    mine=_("My applications"),
    icon="heart-handshake",
    invitation=_("In difficulty? Apply here; only the union's case handlers see it."),
    kinds=(
        _kind("hardship", _("Family hardship"), _("When the household can't get by: lost wages, an accident, a death"),
              "heart-handshake", questions.HARDSHIP, questions.MOST_HARDSHIP),
        _kind("disaster", _("Disaster"), _("After a fire, a flood, a typhoon or an accident: looked at first"),
              "bolt", questions.DISASTER, questions.MOST_DISASTER, is_urgent=True),
        _kind("illness", _("Serious illness"), _("When treatment costs more than the household can carry"),
              "activity", questions.ILLNESS, questions.MOST_ILLNESS),
        _kind("schooling", _("Schooling"), _("When a child starts or continues school or university and money is short"),
              "school", questions.SCHOOLING, questions.MOST_SCHOOLING),
        _kind("seasonal", _("Seasonal relief"), _("Warmth in winter, cooling in summer, help at the festivals"),
              "gift", questions.SEASONAL, questions.MOST_SEASONAL),
        CaseKind(
            "help.mutual_aid",
            _("Mutual-aid claim"),
            _("Your union’s mutual-aid plan pays part of what hospital and medicine cost you"),
            "shield-check",
            number="HZ",
            table=WITHOUT_NOTICE,
            clocks=(PROMISE, APPEAL),
            consents=(BEFORE_NOTICE,),
            forms=FORMS,
            review="help.review",
            decide="help.approve",
            pay="help.pay",
            is_employer_blind=True,
            own=MutualAid(),
        ),
    ),
)  # fmt: skip
