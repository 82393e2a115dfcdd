"""What pages call states and awards."""

from flask_babel import lazy_gettext as _

from app.modules.events.kinds.competition.states import AppealState, CorrectionState, Registered, RoundState, SheetState

REGISTERED = {
    Registered.GUEST: _("Not a member yet"),
    Registered.REGISTERED: _("Takes part"),
    Registered.WITHDRAWN: _("Has withdrawn"),
    Registered.EXCLUDED: _("Excluded"),
}
REGISTERED_COLOURS = {
    Registered.GUEST: "warning", Registered.REGISTERED: "success", Registered.WITHDRAWN: "muted", Registered.EXCLUDED: "danger",
}  # fmt: skip
ROUNDS = {
    RoundState.WAITING: _("Not begun"),
    RoundState.OPEN: _("Being scored"),
    RoundState.CLOSED: _("Ranked, not published"),
    RoundState.PUBLISHED: _("Published, open to appeals"),
    RoundState.DONE: _("Final"),
}
ROUND_COLOURS = {
    RoundState.WAITING: "draft", RoundState.OPEN: "info", RoundState.CLOSED: "warning", RoundState.PUBLISHED: "warning",
    RoundState.DONE: "success",
}  # fmt: skip
ROUND_STEPS = {
    "open": _("Begin the round"),
    "close": _("Compute the ranking"),
    "publish": _("Publish the ranking"),
    "conclude": _("Make it final"),
}
SHEETS = {
    SheetState.OPEN: _("Sheet begun"),
    SheetState.SIGNED: _("Signed"),
    SheetState.REOPENED: _("To be signed again"),
}
SHEET_COLOURS = {SheetState.OPEN: "draft", SheetState.SIGNED: "success", SheetState.REOPENED: "warning"}
APPEALS = {
    AppealState.OPEN: _("Being looked at"),
    AppealState.ACCEPTED: _("Accepted: the score is looked at again"),
    AppealState.REFUSED: _("Appeal refused"),
}
APPEAL_COLOURS = {AppealState.OPEN: "warning", AppealState.ACCEPTED: "success", AppealState.REFUSED: "muted"}
CORRECTIONS = {
    CorrectionState.ASKED: _("To be decided"),
    CorrectionState.GRANTED: _("Correction granted"),
    CorrectionState.REFUSED: _("Correction refused"),
}
GRANTS = [("accept", _("Grant the correction")), ("refuse", _("Leave the sheet as it is"))]
AWARDS = {"first": _("First prize"), "second": _("Second prize"), "third": _("Third prize")}
TIE_RULE = _(
    "Of equal scores, the better one in the criterion with the most weight goes before; who is equal there too shares the place, and all "
    "who share the last place that goes on go on. From five judges on, the highest and the lowest score are left out."
)
