"""What the audit trail calls the deeds of casework: on the calendar, and on the cases of every module."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.casework.features import EVENT_TITLES
from app.casework.handover import deeds
from app.casework.kinds import Casework, casework_of
from app.casework.models import Case
from app.casework.payments.models import PaymentBatch
from app.core.audit import AuditEntry
from app.core.audit_things import Thing, column
from app.core.modules import Text
from tenants.context import Plane, current_actor

ACTIONS: dict[str, Text] = {
    "calendar.note": _("Noted the days off of a year"),
    "calendar.withdraw": _("Withdrew what was noted of a year"),
}
ON_EVERY_CASE: dict[str, Text] = {
    **EVENT_TITLES,  # what the history calls a deed where the trail has no words of its own
    "read": _("Read a case"),
    "reveal": _("Looked at masked data of a case"),
    "read_paper": _("Opened a paper of a case"),
    "write_message": _("Wrote a message about a case"),
    "rate": _("Rated a case that is over"),
    "keep_answer": _("Kept an answer to use again"),
    "delete_answer": _("Deleted an answer to use again"),
    "discard": _("Discarded a draft"),
    "end_draft": _("Deleted a draft nobody went on with"),
    "erase": _("Erased a case"),
    "read_decision": _("Read the decision that the accounts keep of a case"),
    "leave_to_accounts": _("Erased of a case what no law keeps"),
    "ask_erasure": _("Asked to have a case erased"),
    "grant_erasure": _("Granted that a case is erased"),
    "refuse_erasure": _("Refused to erase a case"),
    "ask_recusal": _("Objected to the handler of a case"),
    "grant_recusal": _("Granted the objection to the handler of a case"),
    "refuse_recusal": _("Refused the objection to the handler of a case"),
    "hold": _("Put a case on hold"),
    "review_hold": _("Looked at the hold of a case anew"),
    "end_hold": _("Ended the hold of a case"),
    "take_out": _("Took a case out as an archive"),
    "export": _("Exported the list of cases"),
    "export_figures": _("Exported the figures of cases"),
    "enter_budget": _("Entered the budget for cases"),
    "task": _("Added a task to a case"),
    "task_done": _("Noted a task of a case as done"),
    "call": _("Wrote down a call about a case"),
    "visit": _("Wrote down a home visit"),
    "pause": _("Paused a case"),
    "resume": _("Resumed a case"),
    "correct_limit": _("Corrected the day a time limit counts from"),
    "interrupt_limit": _("Noted that a time limit was interrupted"),
    "move_day": _("Counted the days of a case by the calendar in force"),
    "assign": _("Gave a case to a handler"),
    "hand_on": _("Handed a case on"),
    "give_anew": _("Gave a case anew"),
    "link": _("Linked a case with another one"),
    "unlink": _("Took the link of a case away"),
    "merge": _("Merged a case into another one"),
    "take_in": _("Took another case into this one"),
    deeds.ACCEPT: _("Accepted a case that another zone offers"),
    "set_duty": _("Noted whose the cases of a union are"),
    "order_payment": _("Ordered a payment"),
    "read_account": _("Read whose account a payment goes to"),
    "take_out_account": _("Took out a bank account in the file for the bank"),
    "make_batch": _("Made a payment batch"),
    "release_batch": _("Released a payment batch"),
    "dissolve_batch": _("Dissolved a payment batch"),
    "take_out_batch": _("Took out the file of a payment batch"),
    "note_return": _("Noted the bank’s answers on a payment batch"),
    "reveal_account": _("Looked at the bank account of a payment"),
    "remove_duty": _("Took back whose the cases of a union are"),
    "public_notice": _("Put a case on public notice"),
    "draft_notice": _("Drafted a public notice"),
    "discard_notice": _("Discarded the draft of a public notice"),
    "publish_notice": _("Published a public notice"),
    "take_down_notice": _("Erased the names of a public notice whose days are over"),
    "object": _("Objected to a public notice"),
    "write_story": _("Wrote the story of a case"),
    "void_payment": _("Took back the order of a payment"),
    "answer_objection": _("Answered an objection to a public notice"),
}


def actions_of(casework: Casework) -> dict[str, Text]:
    """The deeds on a module's cases, for its own `audit_words.ACTIONS`."""
    steps = {step.action: step.title for kind in casework.kinds for step in kind.table.steps}
    own = {deed: title for kind in casework.kinds for deed, title in kind.own.event_titles.items()}
    return {f"{casework.module}.{deed}": title for deed, title in (ON_EVERY_CASE | steps | own).items()}


def _years(entries: list[AuditEntry]) -> dict[str, str]:
    return {entry.object_id: entry.object_id for entry in entries}


def _numbers(entries: list[AuditEntry]) -> Mapping[str, str]:
    """The numbers of the cases that the reader sees, of the modules whose cases they review."""
    actor = current_actor()
    mine = [entry for entry in entries if actor.may(casework_of(entry.action.partition(".")[0]).review)]
    return column(Case.number)(mine)


def _batches(entries: list[AuditEntry]) -> Mapping[str, str]:
    """The numbers of the payment batches that the reader sees, of the modules they pay for."""
    actor = current_actor()
    mine = [entry for entry in entries if actor.may(casework_of(entry.action.partition(".")[0]).pay)]
    return column(PaymentBatch.number)(mine)


THINGS = {
    "calendar_year": Thing(_("Working-day calendar"), _years, planes=frozenset({Plane.CITY})),
    "case": Thing(_("Case"), _numbers),
    "case_public_notice": Thing(_("Public notice")),
    "case_objection": Thing(_("Objection to a public notice")),
    "payment_batch": Thing(_("Payment batch"), _batches),
    "case_answer": Thing(_("Answer ready to use")),
}
