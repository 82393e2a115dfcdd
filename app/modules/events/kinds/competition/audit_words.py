"""What the audit trail calls what is done with competitions."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.modules.events.kinds.competition.models import Round
from app.modules.events.rights import MANAGE

ACTIONS = {
    "events.competition_register": _("Registered for a competition"),
    "events.competition_join": _("Finished a registration as a member"),
    "events.competition_team_found": _("Founded a team"),
    "events.competition_team_join": _("Joined a team"),
    "events.competition_team_hand_in": _("Handed a team in"),
    "events.competition_team_leave": _("Left a team"),
    "events.competition_team_put_out": _("Took somebody out of a team"),
    "events.competition_team_hand_over": _("Handed a team over to another captain"),
    "events.competition_team_pass_on": _("Passed a team on whose captain had left the unions"),
    "events.competition_team_dissolve": _("Dissolved a team whose people had left the unions"),
    "events.competition_withdraw": _("Withdrew from a competition"),
    "events.competition_exclude": _("Excluded a contestant"),
    "events.competition_appoint": _("Appointed a judge"),
    "events.competition_dismiss": _("Dismissed a judge"),
    "events.competition_open": _("Began a round"),
    "events.competition_close": _("Computed a ranking"),
    "events.competition_publish": _("Published a ranking"),
    "events.competition_conclude": _("Made a ranking final"),
    "events.competition_reopen": _("Opened a round for scoring again"),
    "events.competition_absent": _("Noted whether a contestant came"),
    "events.competition_measured": _("Brought in a sheet of scores"),
    "events.competition_measured_approve": _("Confirmed a sheet of scores"),
    "events.competition_measured_refuse": _("Refused a sheet of scores"),
    "events.competition_measured_withdraw": _("Took a sheet of scores back"),
    "events.competition_recuse": _("Recused themselves from a contestant"),
    "events.competition_sign": _("Signed a score sheet"),
    "events.competition_ask_correction": _("Asked for a correction of a score sheet"),
    "events.competition_decide_correction": _("Decided on a correction"),
    "events.competition_appeal": _("Appealed against a score"),
    "events.competition_answer": _("Answered an appeal"),
    "events.competition_certify": _("Issued certificates"),
    "events.competition_revoke": _("Revoked a certificate"),
    "events.competition_export": _("Took out a list of a competition"),
}
THINGS = {
    "events_competition_round": Thing(_("Round"), column(Round.title), permission=MANAGE),
    "events_competition_contestant": Thing(_("Contestant")),
    "events_competition_team": Thing(_("Team")),
    "events_competition_sheet": Thing(_("Score sheet")),
    "events_competition_appeal": Thing(_("Appeal")),
    "events_competition_certificate": Thing(_("Certificate")),
}
